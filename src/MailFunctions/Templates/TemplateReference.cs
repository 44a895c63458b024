namespace MailFunctions.Templates;

/// <summary>A mail's reference to a template.</summary>
/// <param name="Version">Null for the newest version at the time of the accept.</param>
internal sealed record TemplateReference(string Name, int? Version);
