namespace MailFunctions.Mail;

/// <summary>The key of a row in the table Events, fixed before the row is written, so that the first insert decides.</summary>
/// <param name="PartitionKey"><c>{shard}-{yyyyMMddHHmm}</c> of the minute of the claim or the ending.</param>
/// <param name="RowKey">
/// <c>{id}-{attempt}</c>, <c>{id}-end-{token}</c> for an ending without an attempt, <c>{id}-{attempt}-known</c> for a
/// correction, or <c>{id}-unsubscribed</c>.
/// </param>
internal sealed record EventKey(string PartitionKey, string RowKey)
{
    public static EventKey OfAttempt(EmailId id, int attempt, DateTimeOffset claimedAt) =>
        new(MinutePartition.Key(id.Shard, claimedAt), FormattableString.Invariant($"{id}-{attempt}"));

    /// <summary>The key of an ending; each has its own, since a mail that was on hold may end again.</summary>
    /// <param name="token">Unique to this ending.</param>
    public static EventKey OfEnding(EmailId id, DateTimeOffset endedAt, string token) =>
        new(MinutePartition.Key(id.Shard, endedAt), $"{id}-end-{token}");

    /// <summary>The key of what its recipient's unsubscription inserts; one mail has at most one.</summary>
    /// <param name="partition">That of the minute in which the recipient unsubscribed.</param>
    public static EventKey OfUnsubscription(EmailId id, string partition) => new(partition, $"{id}-unsubscribed");

    /// <summary>
    /// The key of an attempt's correction: next to the attempt's own row, so that readers of a minute meet both together.
    /// </summary>
    public EventKey OfCorrection() => this with { RowKey = $"{RowKey}-known" };
}

internal enum EventKind
{
    /// <summary>One SMTP transaction, or its loss.</summary>
    Attempt,

    /// <summary>An ending without an attempt: expired, canceled, suppressed, dead, discarded.</summary>
    Ending,

    /// <summary>
    /// The real outcome of an attempt recorded as uncertain before its worker could report. It replaces the attempt's row.
    /// </summary>
    Correction,

    /// <summary>The recipient unsubscribed by the link in the mail. The state is that of the mail at this time, and does not change by it.</summary>
    Unsubscription,
}

/// <summary>
/// One row of the table Events: the commit of an attempt, or the record of an ending. Insert-only. It contains all that
/// the ledger and the statistics need, so that either can be computed again from it.
/// </summary>
internal sealed record EmailEvent
{
    public required EventKey Key { get; init; }

    public required EmailId Id { get; init; }

    public required EventKind Kind { get; init; }

    /// <summary>The number of the attempt made or corrected, from 1; for an ending the number of the last attempt, from 0.</summary>
    public required int Attempt { get; init; }

    /// <summary>The time at which the outcome was known.</summary>
    public required DateTimeOffset At { get; init; }

    public required Lane Lane { get; init; }

    /// <summary>The name of the relay; null if none was involved.</summary>
    public string? Relay { get; init; }

    /// <summary>The earliest time to send the email: its accept, or the later time that the caller named.</summary>
    public required DateTimeOffset SendableAt { get; init; }

    /// <summary>The size of the composed message in bytes; 0 if none was composed.</summary>
    public long Bytes { get; init; }

    /// <summary>The time from MAIL FROM to the outcome.</summary>
    public TimeSpan Duration { get; init; }

    public IReadOnlyList<Tag> Tags { get; init; } = [];

    /// <summary>The new status of the recipients that this event addressed; the others keep theirs.</summary>
    public IReadOnlyList<Recipient> Recipients { get; init; } = [];

    /// <summary>The state of the email after this event.</summary>
    public required EmailState State { get; init; }

    /// <summary>The due time of the next attempt; set exactly when <see cref="State"/> is <see cref="EmailState.Deferred"/>.</summary>
    public DateTimeOffset? NextDue { get; init; }

    /// <summary>Why the email waits; null unless <see cref="State"/> is <see cref="EmailState.Deferred"/>, and in events of earlier versions of the app.</summary>
    public WaitReason? WaitingFor { get; init; }

    /// <summary>One sentence for a human reader: the reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Distinguishes the writer of the row from others (rule 6).</summary>
    public required string Token { get; init; }
}
