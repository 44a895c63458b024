using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>Tells mail that moves from mail that stands still, and what would move it.</summary>
internal static class StalledMail
{
    /// <summary>It is open and should have moved before <paramref name="time"/>: nobody holds a claim on it, and it is due.</summary>
    public static bool IsStalledSince(this LedgerRow row, DateTimeOffset time) =>
        row.State.IsOpen() && StandsSince(row) < time;

    /// <summary>A message that a dead instance holds is back by then.</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromMinutes(15);

    /// <summary>A second message for the same mail is not put sooner.</summary>
    private static readonly TimeSpan QueuedAgainAtMost = TimeSpan.FromHours(12);

    /// <summary>
    /// No message that is still to be worked on can be the one of this mail, which stands still. While the oldest message of
    /// the lane was put before the mail was due, or before it was queued again, workers may yet come to it: it waits in a
    /// backlog, and another message would only make that longer.
    /// </summary>
    /// <param name="front">When the oldest visible message of its lane was put; null when there is none.</param>
    /// <param name="queuedAgain">When it was last queued again; null for never.</param>
    public static bool HasLostItsMessage(this LedgerRow row, DateTimeOffset? front, DateTimeOffset? queuedAgain, DateTimeOffset now)
    {
        if (!row.IsStalledSince(now - Threshold) || now - queuedAgain < QueuedAgainAtMost)
            return false;
        var last = StandsSince(row);
        if (queuedAgain > last)
            last = queuedAgain.Value;
        return front is null || front > last + Threshold;
    }

    /// <summary>It is open, could have been sent before <paramref name="time"/>, and no attempt of it was ever claimed.</summary>
    public static bool IsUnattemptedSince(this LedgerRow row, DateTimeOffset time) =>
        row.Attempt == 0 && row.State.IsOpen() && row.SendableAt < time;

    /// <summary>The attempt that a queue message has to name: the next, or the running one, whose worker may be lost.</summary>
    public static NamedAttempt NextAttempt(this LedgerRow row) =>
        row.State == EmailState.Sending ? NamedAttempt.RunningOf(row) : NamedAttempt.NextOf(row);

    private static DateTimeOffset StandsSince(LedgerRow row) => row.Claim?.LeaseUntil ?? row.DueAt ?? row.AcceptedAt;
}
