using MailFunctions.Mail;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>Recognises stalled mail.</summary>
internal static class StalledMail
{
    /// <summary>True if it is open and should have moved before <paramref name="time"/>: it is due, and no live claim holds it.</summary>
    public static bool IsStalledSince(this LedgerRow row, DateTimeOffset time) =>
        row.State.IsOpen() && StandsSince(row) < time;

    /// <summary>The time after which a message that a dead instance held is visible again.</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromMinutes(15);

    /// <summary>The shortest time before another message for the same mail is put.</summary>
    private static readonly TimeSpan QueuedAgainAtMost = TimeSpan.FromHours(12);

    /// <summary>
    /// True if no message that workers have yet to reach can name this stalled mail. If the oldest message of the lane was put
    /// before the mail was due, or before it was queued again, its own message may still be in the backlog, and another message
    /// would only make the backlog longer.
    /// </summary>
    /// <param name="front">The time at which the oldest visible message of its lane was put; null if there is none.</param>
    /// <param name="queuedAgain">The time at which it was last queued again; null if never.</param>
    public static bool HasLostItsMessage(this LedgerRow row, DateTimeOffset? front, DateTimeOffset? queuedAgain, DateTimeOffset now)
    {
        if (!row.IsStalledSince(now - Threshold) || now - queuedAgain < QueuedAgainAtMost)
            return false;
        var last = StandsSince(row);
        if (queuedAgain > last)
            last = queuedAgain.Value;
        return front is null || front > last + Threshold;
    }

    /// <summary>True if it is open, could have been sent before <paramref name="time"/>, and no attempt was ever claimed.</summary>
    public static bool IsUnattemptedSince(this LedgerRow row, DateTimeOffset time) =>
        row.Attempt == 0 && row.State.IsOpen() && row.SendableAt < time;

    private static DateTimeOffset StandsSince(LedgerRow row) => row.Claim?.LeaseUntil ?? row.DueAt ?? row.AcceptedAt;
}
