namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST emails/batch</c>: up to <see cref="MaxEmails"/> emails, and what they have in common.</summary>
public sealed record EmailBatch
{
    public const int MaxEmails = 1000;

    /// <summary>An email takes from it whatever it leaves out; attachments and bodies in it are sent and stored once.</summary>
    public EmailMessage? Defaults { get; init; }

    public required IReadOnlyList<EmailMessage> Emails { get; init; }
}

/// <summary>What becomes of a batch when one of its emails is wrong.</summary>
public enum BatchValidation
{
    /// <summary>All are refused, with every error of every email.</summary>
    Strict,

    /// <summary>The others are accepted; the errors stand in the answer. When none is right, all are refused.</summary>
    Permissive,
}
