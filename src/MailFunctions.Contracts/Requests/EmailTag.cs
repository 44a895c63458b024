namespace MailFunctions.Contracts;

/// <summary>A word about an email that statistics are told apart by: letters, digits, <c>_</c> and <c>-</c>.</summary>
public sealed record EmailTag(string Name, string Value);
