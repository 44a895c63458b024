using System.Text;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>A valid, parsed email: all that an accept needs, without unchecked text.</summary>
internal sealed record EmailDraft
{
    /// <summary>The index of the email in its request, from 0.</summary>
    public int Index { get; init; }

    public required EmailContent Content { get; init; }

    /// <summary>
    /// The Bcc recipients, stored apart from the content so that they cannot get into the message. A mailbox may be in
    /// several lists.
    /// </summary>
    public IReadOnlyList<EmailAddress> Bcc { get; init; } = [];

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    public Lane Lane { get; init; }

    /// <summary>The wish for an unsubscribe link; null without one. The link is made with the id.</summary>
    public UnsubscribeWish? Unsubscribe { get; init; }

    /// <summary>The requested time; null to send at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The requested expiry; null to use the lifetime of the lane.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The name of the template that it was rendered from; null without one.</summary>
    public string? Template { get; init; }

    /// <summary>The id of the API key that submits it; null with a function key alone.</summary>
    public string? Key { get; init; }

    /// <summary>The requested policy; null to use the default of the lane.</summary>
    public UncertainPolicy? OnUncertain { get; init; }

    /// <summary>The mark of its charge, for its row; null when no quota counts it.</summary>
    public string? Quota { get; init; }

    /// <summary>The bytes of subject, bodies, the caller's header fields and files, before any encoding.</summary>
    public long Bytes => Length(Content.Subject) + Length(Content.Text) + Length(Content.Html)
        + Content.Headers.Sum(header => Length(header.Name) + Length(header.Value))
        + Content.Attachments.Sum(file => file.Reference?.Length ?? file.Bytes.Length);

    /// <summary>Lists each mailbox once, as first named: the envelope does not distinguish To, Cc and Bcc.</summary>
    public IReadOnlyList<Recipient> Recipients() =>
    [
        .. Of(Content.To, RecipientKind.To)
            .Concat(Of(Content.Cc, RecipientKind.Cc))
            .Concat(Of(Bcc, RecipientKind.Bcc))
            .DistinctBy(recipient => recipient.Mailbox, StringComparer.OrdinalIgnoreCase),
    ];

    private static IEnumerable<Recipient> Of(IReadOnlyList<EmailAddress> addresses, RecipientKind kind) =>
        addresses.Select(address => new Recipient(address.Mailbox, kind, RecipientStatus.Pending, 0, null));

    private static long Length(string? text) => text is null ? 0 : Encoding.UTF8.GetByteCount(text);
}
