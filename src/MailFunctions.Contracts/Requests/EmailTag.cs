namespace MailFunctions.Contracts;

/// <summary>A label of an email by which the statistics are grouped: letters, digits, <c>_</c> and <c>-</c>.</summary>
public sealed record EmailTag(string Name, string Value);
