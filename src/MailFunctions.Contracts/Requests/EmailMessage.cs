namespace MailFunctions.Contracts;

/// <summary>
/// The body of <c>POST emails</c>: one email to at most 50 recipients. An address is <c>a@b.c</c> or <c>Name &lt;a@b.c&gt;</c>.
/// Required fields may be left out in a batch whose defaults have them; the server reports all errors at once.
/// </summary>
public sealed record EmailMessage
{
    /// <summary>Required; a sender that the server allows.</summary>
    public string? From { get; init; }

    /// <summary>Required, unless <see cref="Cc"/> or <see cref="Bcc"/> names a recipient.</summary>
    public IReadOnlyList<string>? To { get; init; }

    public IReadOnlyList<string>? Cc { get; init; }

    /// <summary>Recipients that the message does not name.</summary>
    public IReadOnlyList<string>? Bcc { get; init; }

    public IReadOnlyList<string>? ReplyTo { get; init; }

    /// <summary>Required, unless the template has one; at most 998 characters.</summary>
    public string? Subject { get; init; }

    /// <summary>The plain body; one of <see cref="Text"/>, <see cref="Html"/> and <see cref="Template"/> is required.</summary>
    public string? Text { get; init; }

    public string? Html { get; init; }

    /// <summary>The source of the bodies, and of the subject where <see cref="Subject"/> is absent.</summary>
    public EmailTemplate? Template { get; init; }

    /// <summary>Further header fields. Those written from other fields or in transit, or obeyed by mail providers, are refused.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>The attachments: at most 100, and 25 MiB together.</summary>
    public IReadOnlyList<EmailAttachment>? Attachments { get; init; }

    /// <summary>An invitation, sent beside the bodies.</summary>
    public EmailCalendar? Calendar { get; init; }

    /// <summary>Dimensions of the statistics; at most 20.</summary>
    public IReadOnlyList<EmailTag>? Tags { get; init; }

    /// <summary>One of <see cref="EmailLane"/>; <see cref="EmailLane.Transactional"/> when absent.</summary>
    public string? Lane { get; init; }

    /// <summary>The earliest time to send; at most 366 days ahead.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The time after which no attempt begins; by default the end of the lane's lifetime.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>One of <see cref="UncertainPolicyName"/>; by default retry for transactional mail, and hold for bulk.</summary>
    public string? OnUncertain { get; init; }
}
