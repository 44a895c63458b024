using MailFunctions.Ledger;
using MailFunctions.Queue;

namespace MailFunctions.Schedule;

/// <summary>Tells mail that moves from mail that stands still, and what would move it.</summary>
internal static class StandingMail
{
    /// <summary>It is open and should have moved before <paramref name="time"/>: nobody holds a claim on it, and it is due.</summary>
    public static bool StandsStillSince(this LedgerRow row, DateTimeOffset time) =>
        row.State.IsOpen() && (row.Claim?.LeaseUntil ?? row.DueAt ?? row.AcceptedAt) < time;

    /// <summary>It is open, could have been sent before <paramref name="time"/>, and no attempt of it was ever claimed.</summary>
    public static bool IsUnattemptedSince(this LedgerRow row, DateTimeOffset time) =>
        row.Attempt == 0 && row.State.IsOpen() && row.SendableAt < time;

    /// <summary>The attempt that a queue message has to name: the next, or the running one, whose worker may be lost.</summary>
    public static NamedAttempt Mover(this LedgerRow row) =>
        row.State == EmailState.Sending ? NamedAttempt.RunningOf(row) : NamedAttempt.NextOf(row);
}
