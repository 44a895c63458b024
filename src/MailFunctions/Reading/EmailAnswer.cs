using System.Text.Json.Serialization;
using MailFunctions.Ledger;

namespace MailFunctions.Reading;

/// <summary>The JSON of <c>GET emails/{id}</c>.</summary>
internal sealed record EmailAnswer
{
    public required string Id { get; init; }

    public required string Status { get; init; }

    public required string Lane { get; init; }

    public required string From { get; init; }

    public required string Subject { get; init; }

    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When the caller wanted it to be sent; absent when at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The batch that it was accepted in.</summary>
    public string? BatchId { get; init; }

    /// <summary>When the next attempt is due; absent when none is planned.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>When a final state, or one that awaits a person, was reached.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public string? Reason { get; init; }

    public required string OnUncertain { get; init; }

    /// <summary>How often our own processing of it failed; five make it dead.</summary>
    public int Faults { get; init; }

    public required IReadOnlyList<RecipientAnswer> Recipients { get; init; }

    public required IReadOnlyList<Tag> Tags { get; init; }

    public required IReadOnlyList<AttemptAnswer> Attempts { get; init; }

    public static EmailAnswer Of(LedgerRow row, IReadOnlyList<EmailEvent> timeline) => new()
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
        Reason = row.Reason,
        OnUncertain = SnakeCase(row.OnUncertain.ToString()),
        Faults = row.Faults,
        Recipients = [.. row.Recipients.Select(RecipientAnswer.Of)],
        Tags = row.Tags,
        Attempts = [.. timeline.Where(e => e.Kind == EventKind.Attempt).Select(AttemptAnswer.Of)],
    };

    internal static string SnakeCase(string name) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}

internal sealed record RecipientAnswer(string Address, string Kind, string Status, ReplyAnswer? Reply)
{
    public static RecipientAnswer Of(Recipient recipient) =>
        new(recipient.Mailbox, EmailAnswer.SnakeCase(recipient.Kind.ToString()), EmailAnswer.SnakeCase(recipient.Status.ToString()), ReplyAnswer.Of(recipient.Reply));
}

/// <param name="Stage">The SMTP command that it answers, such as <c>rcpt_to</c>.</param>
/// <param name="Code">The reply code; 0 when there was no reply.</param>
internal sealed record ReplyAnswer(string Stage, int Code, string? EnhancedCode, string Text)
{
    public static ReplyAnswer? Of(SmtpReply? reply) =>
        reply is null ? null : new(EmailAnswer.SnakeCase(reply.Stage.ToString()), reply.Code, reply.EnhancedCode, reply.Text);
}

/// <param name="Status">The state that the email had after it.</param>
internal sealed record AttemptAnswer(
    int Number, DateTimeOffset At, string? Relay, string Status, double DurationMs, long Bytes, DateTimeOffset? NextAttemptAt, string? Reason, IReadOnlyList<RecipientAnswer> Recipients)
{
    public static AttemptAnswer Of(EmailEvent e) =>
        new(e.Attempt, e.At, e.Relay, e.State.Name(), Math.Round(e.Duration.TotalMilliseconds, 1), e.Bytes, e.NextDue, e.Reason, [.. e.Recipients.Select(RecipientAnswer.Of)]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EmailAnswer))]
internal sealed partial class EmailAnswerJson : JsonSerializerContext;
