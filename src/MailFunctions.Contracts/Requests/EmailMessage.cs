using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>
/// The body of <c>POST emails</c>: one email to at most 50 recipients. An address is <c>a@b.c</c> or <c>Name &lt;a@b.c&gt;</c>.
/// Required fields may be left out in a batch whose defaults have them; the server reports all errors at once.
/// </summary>
[Schema("EmailFields")]
public sealed record EmailMessage
{
    /// <summary>Required; a sender that the server allows.</summary>
    [Schema(SchemaNames.Address)]
    public string? From { get; init; }

    /// <summary>
    /// Recipients: one address, or an array of them; at most 50 in <see cref="To"/>, <see cref="Cc"/> and <see cref="Bcc"/>
    /// together. Required, unless one of the others names a recipient.
    /// </summary>
    [Schema(Rules = SchemaNames.OneAddressOrMany)]
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>Further recipients that the message names.</summary>
    [Schema(Rules = SchemaNames.OneAddressOrMany)]
    public IReadOnlyList<string>? Cc { get; init; }

    /// <summary>Recipients that the message does not name.</summary>
    [Schema(Rules = SchemaNames.OneAddressOrMany)]
    public IReadOnlyList<string>? Bcc { get; init; }

    /// <summary>The addresses that replies go to.</summary>
    [Schema(Rules = SchemaNames.OneAddressOrMany)]
    public IReadOnlyList<string>? ReplyTo { get; init; }

    /// <summary>Required, unless the template has one; at most 998 characters.</summary>
    [Length(1, 998)]
    public string? Subject { get; init; }

    /// <summary>
    /// The plain body; one of <see cref="Text"/>, <see cref="Html"/> and <see cref="Template"/> is required. Absent, it is made
    /// of the HTML; the empty string asks for none.
    /// </summary>
    [MaxLength(10_485_760)]
    public string? Text { get; init; }

    /// <summary>The HTML body.</summary>
    [MaxLength(10_485_760)]
    public string? Html { get; init; }

    /// <summary>The source of the bodies, and of the subject where <see cref="Subject"/> is absent.</summary>
    public EmailTemplate? Template { get; init; }

    /// <summary>
    /// Further header fields, each at most 8 KiB. Those written from other fields or in transit, or obeyed by mail providers, are
    /// refused.
    /// </summary>
    [MaxLength(50)]
    [Schema(Rules = """{"propertyNames": {"maxLength": 76}, "additionalProperties": {"maxLength": 8192}}""")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>
    /// The wish for one-click unsubscription (RFC 8058): true, in the lane bulk alone, or a topic that the recipient can leave. The
    /// email then has exactly one recipient.
    /// </summary>
    public EmailUnsubscribe? Unsubscribe { get; init; }

    /// <summary>The attachments: at most 100, and 25 MiB, decoded, together.</summary>
    [MaxLength(100)]
    public IReadOnlyList<EmailAttachment>? Attachments { get; init; }

    /// <summary>An invitation, sent beside the bodies.</summary>
    public EmailCalendar? Calendar { get; init; }

    /// <summary>Dimensions of the statistics; at most 20.</summary>
    [MaxLength(20)]
    public IReadOnlyList<EmailTag>? Tags { get; init; }

    /// <summary>One of <see cref="EmailLane"/>; <see cref="EmailLane.Transactional"/> when absent.</summary>
    [Words(typeof(EmailLane))]
    public string? Lane { get; init; }

    /// <summary>The time before which nothing is sent; at most 366 days ahead.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>
    /// The time after which no attempt begins; by default, and at the latest, the end of the lane's lifetime, which begins at
    /// <see cref="ScheduledAt"/> or now.
    /// </summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>One of <see cref="UncertainPolicyName"/>; by default retry for transactional mail, and hold for bulk.</summary>
    [Words(typeof(UncertainPolicyName))]
    public string? OnUncertain { get; init; }
}
