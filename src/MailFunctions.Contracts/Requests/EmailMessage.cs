namespace MailFunctions.Contracts;

/// <summary>
/// The body of <c>POST emails</c>: one email to at most 50 recipients. An address is <c>a@b.c</c> or <c>Name &lt;a@b.c&gt;</c>.
/// What is required may be left out in a batch whose defaults have it; the server names everything that is wrong at once.
/// </summary>
public sealed record EmailMessage
{
    /// <summary>Required; a sender that the server allows.</summary>
    public string? From { get; init; }

    /// <summary>Required, unless <see cref="Cc"/> or <see cref="Bcc"/> names a recipient.</summary>
    public IReadOnlyList<string>? To { get; init; }

    public IReadOnlyList<string>? Cc { get; init; }

    /// <summary>Recipients that are not named in the message.</summary>
    public IReadOnlyList<string>? Bcc { get; init; }

    public IReadOnlyList<string>? ReplyTo { get; init; }

    /// <summary>Required, unless the template has one; at most 998 characters.</summary>
    public string? Subject { get; init; }

    /// <summary>The plain body; one of <see cref="Text"/>, <see cref="Html"/> and <see cref="Template"/> is required.</summary>
    public string? Text { get; init; }

    public string? Html { get; init; }

    /// <summary>Makes the bodies, and the subject where <see cref="Subject"/> is absent.</summary>
    public EmailTemplate? Template { get; init; }

    /// <summary>Further header fields; those that are written from other fields or on the way, or that mail providers obey, are refused.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>At most 100, and 25 MiB together.</summary>
    public IReadOnlyList<EmailAttachment>? Attachments { get; init; }

    /// <summary>An invitation, beside the bodies.</summary>
    public EmailCalendar? Calendar { get; init; }

    /// <summary>Dimensions of the statistics; at most 20.</summary>
    public IReadOnlyList<EmailTag>? Tags { get; init; }

    /// <summary>One of <see cref="EmailLane"/>; <see cref="EmailLane.Transactional"/> when absent.</summary>
    public string? Lane { get; init; }

    /// <summary>Nothing is sent before it; at most 366 days ahead.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>No attempt begins after it; by default the lane's window decides.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>One of <see cref="UncertainPolicyName"/>; by default retry for transactional mail, and hold for bulk.</summary>
    public string? OnUncertain { get; init; }
}
