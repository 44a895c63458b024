namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails/{id}</c>: what became of one email.</summary>
public sealed record EmailAnswer
{
    public required string Id { get; init; }

    /// <summary>One of <see cref="EmailStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary>One of <see cref="EmailLane"/>.</summary>
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

    /// <summary>When what it said was purged; absent while it is kept.</summary>
    public DateTimeOffset? ContentPurgedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>One of <see cref="UncertainPolicyName"/>.</summary>
    public required string OnUncertain { get; init; }

    /// <summary>How often the server's own processing of it failed; five make it dead.</summary>
    public int Faults { get; init; }

    public required IReadOnlyList<RecipientAnswer> Recipients { get; init; }

    public required IReadOnlyList<EmailTag> Tags { get; init; }

    public required IReadOnlyList<AttemptAnswer> Attempts { get; init; }
}

/// <param name="Kind"><c>to</c>, <c>cc</c> or <c>bcc</c>.</param>
/// <param name="Status"><c>pending</c>, <c>deferred</c>, <c>uncertain</c>, <c>sent</c>, <c>rejected</c> or <c>suppressed</c>.</param>
/// <param name="Reply">What the relay said of it last.</param>
public sealed record RecipientAnswer(string Address, string Kind, string Status, ReplyAnswer? Reply);

/// <param name="Stage">The SMTP command that it answers, such as <c>rcpt_to</c>.</param>
/// <param name="Code">The reply code; 0 when there was no reply.</param>
/// <param name="EnhancedCode">As in <c>5.1.1</c> (RFC 3463).</param>
public sealed record ReplyAnswer(string Stage, int Code, string? EnhancedCode, string Text);

/// <param name="Number">From 1.</param>
/// <param name="Status">The state that the email had after it.</param>
/// <param name="DurationMs">Milliseconds.</param>
/// <param name="Bytes">Of the message as it was sent.</param>
public sealed record AttemptAnswer(
    int Number, DateTimeOffset At, string? Relay, string Status, double DurationMs, long Bytes, DateTimeOffset? NextAttemptAt, string? Reason, IReadOnlyList<RecipientAnswer> Recipients);
