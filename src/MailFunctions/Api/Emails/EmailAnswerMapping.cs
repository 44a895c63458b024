using System.Text.Json;
using MailFunctions.Mail;

namespace MailFunctions.Api.Emails;

/// <summary>Maps a ledger row and its events to the answer of <c>GET emails/{id}</c>.</summary>
internal static class EmailAnswerMapping
{
    public static EmailAnswer ToAnswer(this LedgerRow row, IReadOnlyList<EmailEvent> timeline) => new()
    {
        Id = row.Id.ToString(),
        Status = row.State.Name(),
        Lane = row.Lane.Name(),
        From = row.Sender,
        Subject = row.Subject,
        AcceptedAt = row.AcceptedAt,
        ScheduledAt = row.ScheduledAt,
        ExpiresAt = row.ExpiresAt,
        BatchId = row.Batch?.ToString(),
        NextAttemptAt = row.State.IsOpen() ? row.DueAt : null,
        EndedAt = row.EndedAt,
        ContentPurgedAt = row.ContentPurgedAt,
        Topic = row.Topic,
        UnsubscribedAt = timeline.FirstOrDefault(e => e.Kind == EventKind.Unsubscription)?.At,
        Reason = row.Reason,
        OnUncertain = SnakeCase(row.OnUncertain.ToString()),
        Faults = row.Faults,
        Recipients = [.. row.Recipients.Select(ToAnswer)],
        Tags = [.. row.Tags.Select(tag => new EmailTag(tag.Name, tag.Value))],
        Attempts = [.. timeline.Where(e => e.Kind is EventKind.Attempt or EventKind.Correction).Select(ToAnswer)],
    };

    public static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    private static RecipientAnswer ToAnswer(Recipient recipient) =>
        new(recipient.Mailbox, SnakeCase(recipient.Kind.ToString()), SnakeCase(recipient.Status.ToString()), ToAnswer(recipient.Reply));

    private static ReplyAnswer? ToAnswer(SmtpReply? reply) =>
        reply is null ? null : new(SnakeCase(reply.Stage.ToString()), reply.Code, reply.EnhancedCode, reply.Text);

    private static AttemptAnswer ToAnswer(EmailEvent e) =>
        new(e.Attempt, e.At, e.Relay, e.State.Name(), Math.Round(e.Duration.TotalMilliseconds, 1), e.Bytes, e.NextDue, e.Reason, [.. e.Recipients.Select(ToAnswer)]);
}
