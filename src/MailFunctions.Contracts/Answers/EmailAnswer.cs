using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails/{id}</c>: the state and history of one email.</summary>
[Schema("EmailDetails")]
public sealed record EmailAnswer
{
    [Schema(SchemaNames.Id)]
    public required string Id { get; init; }

    /// <summary>One of <see cref="EmailStatus"/>.</summary>
    [Words(typeof(EmailStatus))]
    public required string Status { get; init; }

    /// <summary>One of <see cref="EmailLane"/>.</summary>
    [Words(typeof(EmailLane))]
    public required string Lane { get; init; }

    public required string From { get; init; }

    public required string Subject { get; init; }

    /// <summary>The time of the accept.</summary>
    public required DateTimeOffset AcceptedAt { get; init; }

    /// <summary>The time that the caller asked for; absent when the email was to be sent at once.</summary>
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>The time after which no attempt begins.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The batch in which it was accepted.</summary>
    [Schema(SchemaNames.Id)]
    public string? BatchId { get; init; }

    /// <summary>The time at which the next attempt is due; absent when none is planned.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>The time at which it reached a final state or was put on hold.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The time at which its content was purged; absent while it is kept.</summary>
    public DateTimeOffset? ContentPurgedAt { get; init; }

    /// <summary>The topic that its recipient can leave.</summary>
    public string? Topic { get; init; }

    /// <summary>The time at which its recipient unsubscribed by the link in it.</summary>
    public DateTimeOffset? UnsubscribedAt { get; init; }

    public string? Reason { get; init; }

    /// <summary>One of <see cref="UncertainPolicyName"/>.</summary>
    [Words(typeof(UncertainPolicyName))]
    public required string OnUncertain { get; init; }

    /// <summary>The number of failures of the server's own processing; after five the email is dead.</summary>
    public int Faults { get; init; }

    public required IReadOnlyList<RecipientAnswer> Recipients { get; init; }

    public required IReadOnlyList<EmailTag> Tags { get; init; }

    public required IReadOnlyList<AttemptAnswer> Attempts { get; init; }
}

/// <param name="Kind"><c>to</c>, <c>cc</c> or <c>bcc</c>.</param>
/// <param name="Status"><c>pending</c>, <c>deferred</c>, <c>uncertain</c>, <c>sent</c>, <c>rejected</c> or <c>suppressed</c>.</param>
/// <param name="Reply">The relay's last reply about the recipient.</param>
[Schema("RecipientOutcome")]
public sealed record RecipientAnswer(
    string Address,
    [AllowedValues("to", "cc", "bcc")] string Kind,
    [AllowedValues("pending", "deferred", "uncertain", "sent", "rejected", "suppressed")] string Status,
    ReplyAnswer? Reply);

/// <param name="Stage">The SMTP command that was answered, such as <c>rcpt_to</c>.</param>
/// <param name="Code">The reply code; 0 when there was no reply.</param>
/// <param name="EnhancedCode">The enhanced status code, such as <c>5.1.1</c> (RFC 3463).</param>
[Schema("Reply")]
public sealed record ReplyAnswer(
    [AllowedValues("local", "connect", "start_tls", "ehlo", "auth", "mail_from", "rcpt_to", "data", "final_dot")] string Stage,
    int Code,
    string? EnhancedCode,
    string Text);

/// <param name="Number">The number of the attempt, from 1.</param>
/// <param name="At">The time at which it ended.</param>
/// <param name="Status">The state of the email after the attempt.</param>
/// <param name="DurationMs">The duration in milliseconds.</param>
/// <param name="Bytes">The size of the composed message, as it was sent.</param>
/// <param name="NextAttemptAt">The time at which the next attempt was due.</param>
[Schema("Attempt")]
public sealed record AttemptAnswer(
    [Range(1, int.MaxValue)] int Number,
    DateTimeOffset At,
    string? Relay,
    [Words(typeof(EmailStatus))] string Status,
    double DurationMs,
    long Bytes,
    DateTimeOffset? NextAttemptAt,
    string? Reason,
    IReadOnlyList<RecipientAnswer> Recipients);
