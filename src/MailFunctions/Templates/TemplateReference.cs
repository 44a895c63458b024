namespace MailFunctions.Templates;

/// <summary>How a mail names a template.</summary>
/// <param name="Version">Null for the newest at the time of the accept.</param>
internal sealed record TemplateReference(string Name, int? Version);
