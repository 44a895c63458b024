namespace MailFunctions.Templates;

/// <summary>
/// Ends the rendering when a template has reached a bound of <see cref="TemplateLimits"/>; caught by
/// <see cref="LiquidTemplate"/>.
/// </summary>
/// <param name="message">A predicate whose subject is the part of the template.</param>
internal sealed class TemplateLimitException(string message) : Exception(message);
