using System.Text.Json.Serialization;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;

namespace MailFunctions.Api.Resend;

/// <summary>The JSON of <c>GET resend/emails/{id}</c>. Missing values are null, as in Resend's answers.</summary>
internal sealed record ResendEmail
{
    public string Object { get; init; } = "email";

    public required string Id { get; init; }

    /// <summary>The Message-ID with its angle brackets.</summary>
    public required string? MessageId { get; init; }

    public required IReadOnlyList<string> To { get; init; }

    public required string From { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Subject { get; init; }

    public required string? Html { get; init; }

    public required string? Text { get; init; }

    public required IReadOnlyList<string>? Bcc { get; init; }

    public required IReadOnlyList<string>? Cc { get; init; }

    public required IReadOnlyList<string>? ReplyTo { get; init; }

    public required string LastEvent { get; init; }

    public required DateTimeOffset? ScheduledAt { get; init; }

    public required IReadOnlyList<Tag> Tags { get; init; }

    /// <param name="content">Null when it is not kept any more; the addresses then have no names.</param>
    public static ResendEmail Of(LedgerRow row, EmailContent? content) => new()
    {
        Id = row.Id.ToString(),
        MessageId = content is null ? null : $"<{MessageComposer.MessageId(row.Id, content.From)}>",
        To = content is null ? Mailboxes(row, RecipientKind.To) : Addresses(content.To),
        From = content is null ? row.Sender : Address(content.From),
        CreatedAt = row.AcceptedAt,
        Subject = row.Subject,
        Html = content?.Html,
        Text = content?.Text,
        Bcc = OrNull(Mailboxes(row, RecipientKind.Bcc)),
        Cc = OrNull(content is null ? Mailboxes(row, RecipientKind.Cc) : Addresses(content.Cc)),
        ReplyTo = OrNull(content is null ? [] : Addresses(content.ReplyTo)),
        LastEvent = LastEventOf(row.State),
        ScheduledAt = row.ScheduledAt,
        Tags = row.Tags,
    };

    /// <summary>Returns the closest of Resend's names, but never <c>delivered</c>: the app only knows that a relay took the mail.</summary>
    public static string LastEventOf(EmailState state) => state switch
    {
        EmailState.Scheduled => "scheduled",
        EmailState.Queued or EmailState.Sending => "queued",
        EmailState.Deferred or EmailState.Uncertain => "delivery_delayed",
        EmailState.Sent => "sent",
        EmailState.Partial => "bounced",
        EmailState.Failed or EmailState.Expired or EmailState.Dead or EmailState.Discarded => "failed",
        EmailState.Canceled => "canceled",
        EmailState.Suppressed => "suppressed",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    private static string Address(EmailAddress address) => address.DisplayName.Length == 0 ? address.Mailbox : $"{address.DisplayName} <{address.Mailbox}>";

    private static string[] Addresses(IReadOnlyList<EmailAddress> addresses) => [.. addresses.Select(Address)];

    private static string[] Mailboxes(LedgerRow row, RecipientKind kind) => [.. row.Recipients.Where(recipient => recipient.Kind == kind).Select(recipient => recipient.Mailbox)];

    private static string[]? OrNull(string[] addresses) => addresses.Length == 0 ? null : addresses;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ResendEmail))]
internal sealed partial class ResendEmailJson : JsonSerializerContext;
