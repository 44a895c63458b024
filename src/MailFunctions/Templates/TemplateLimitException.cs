namespace MailFunctions.Templates;

/// <summary>Leaves the engine when a template has used up a bound of <see cref="TemplateLimits"/>; caught by <see cref="LiquidTemplate"/>.</summary>
/// <param name="message">A sentence whose subject is the part of the template.</param>
internal sealed class TemplateLimitException(string message) : Exception(message);
