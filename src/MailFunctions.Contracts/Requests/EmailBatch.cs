using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The body of <c>POST emails/batch</c>: up to <see cref="MaxEmails"/> emails, and their common fields.</summary>
[Schema("BatchWithDefaults")]
public sealed record EmailBatch
{
    public const int MaxEmails = 1000;

    /// <summary>The fields that emails leave out; attachments and bodies in it are sent and stored once.</summary>
    public EmailMessage? Defaults { get; init; }

    [Length(1, MaxEmails)]
    public required IReadOnlyList<EmailMessage> Emails { get; init; }
}

/// <summary>The treatment of a batch when one of its emails is invalid.</summary>
public enum BatchValidation
{
    /// <summary>All emails are refused, with every error of every email.</summary>
    Strict,

    /// <summary>The valid emails are accepted, and the answer lists the errors. When none is valid, all are refused.</summary>
    Permissive,
}
