namespace MailFunctions.Mail;

/// <summary>The key of a row in the table Events: fixed before the row is written, so that the first insert decides.</summary>
/// <param name="PartitionKey"><c>{shard}-{yyyyMMddHHmm}</c> of the minute of the claim or the ending.</param>
/// <param name="RowKey"><c>{id}-{attempt}</c>, <c>{id}-end-{token}</c> for an ending without an attempt, or <c>{id}-{attempt}-known</c> for a correction.</param>
public sealed record EventKey(string PartitionKey, string RowKey)
{
    public static EventKey OfAttempt(EmailId id, int attempt, DateTimeOffset claimedAt) =>
        new(MinutePartition.Key(id.Shard, claimedAt), FormattableString.Invariant($"{id}-{attempt}"));

    /// <summary>A key of its own for each ending: one that awaited a person may end again.</summary>
    /// <param name="token">Of this ending alone.</param>
    public static EventKey OfEnding(EmailId id, DateTimeOffset endedAt, string token) =>
        new(MinutePartition.Key(id.Shard, endedAt), $"{id}-end-{token}");

    /// <summary>The key of the correction of an attempt: next to the attempt's own row, so that whoever reads a minute meets both together.</summary>
    public EventKey OfCorrection() => this with { RowKey = $"{RowKey}-known" };
}

public enum EventKind
{
    /// <summary>One SMTP transaction, or the loss of it.</summary>
    Attempt,

    /// <summary>An ending that no attempt brought: expired, canceled, suppressed, dead, discarded.</summary>
    Ending,

    /// <summary>What an attempt came to after all, when it was recorded as uncertain before its worker could tell. It takes the place of the attempt's row.</summary>
    Correction,
}

/// <summary>
/// One row of the table Events: the commit of an attempt, or the record of an ending. Insert-only. It carries what
/// the ledger and the statistics need, so that either can be computed again from it.
/// </summary>
public sealed record EmailEvent
{
    public required EventKey Key { get; init; }

    public required EmailId Id { get; init; }

    public required EventKind Kind { get; init; }

    /// <summary>The number of the attempt that was made or corrected, from 1; for an ending the number of the last attempt, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>When the outcome was known.</summary>
    public required DateTimeOffset At { get; init; }

    public required Lane Lane { get; init; }

    /// <summary>The name of the relay; null when none was involved.</summary>
    public string? Relay { get; init; }

    /// <summary>From when the email could have been sent: its accept, or the later time that the caller named.</summary>
    public required DateTimeOffset SendableAt { get; init; }

    /// <summary>The size of the composed message in bytes; 0 when nothing was composed.</summary>
    public long Bytes { get; init; }

    /// <summary>From MAIL FROM to the outcome.</summary>
    public TimeSpan Duration { get; init; }

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>What this event says of the recipients that it addressed; the others keep what they have.</summary>
    public IReadOnlyList<Recipient> Recipients { get; init; } = [];

    /// <summary>The state that the email has because of this event.</summary>
    public required EmailState State { get; init; }

    /// <summary>When the next attempt is due; set exactly when <see cref="State"/> is <see cref="EmailState.Deferred"/>.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>One sentence for a person: why it is so.</summary>
    public string? Reason { get; init; }

    /// <summary>Tells the writer of the row apart from another (rule 6).</summary>
    public required string Token { get; init; }
}
