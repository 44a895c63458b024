using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Delivery;

internal enum Verdict
{
    /// <summary>Outdated or settled: nothing to do.</summary>
    Drop,

    /// <summary>There is no ledger row: not accepted yet, or never.</summary>
    Absent,

    /// <summary>Not due yet.</summary>
    Wait,

    /// <summary>A live worker holds the claim.</summary>
    Leased,

    /// <summary>A worker held the claim, and its lease ran out.</summary>
    Abandoned,

    /// <summary>The mail has expired.</summary>
    Expired,

    /// <summary>The attempt may be claimed.</summary>
    Ready,
}

/// <summary>Decides what a queue message that names an attempt means, given the ledger row (rule 3). Pure.</summary>
internal static class Triage
{
    /// <summary>Queues hide messages for whole seconds, so a message may appear this much before its mail is due.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(1);

    public static Verdict Of(LedgerRow? row, NamedAttempt named, DateTimeOffset now) => row switch
    {
        null => Verdict.Absent,
        { State: EmailState.Sending } => OfRunning(row, named, now),
        _ when !row.State.IsOpen() || named.Number <= row.Attempt => Verdict.Drop,
        _ when row.ExpiresAt <= now => Verdict.Expired,
        _ when row.DueAt > now + Early => Verdict.Wait,
        _ => Verdict.Ready,
    };

    private static Verdict OfRunning(LedgerRow row, NamedAttempt named, DateTimeOffset now)
    {
        if (named.Number < row.Attempt)
            return Verdict.Drop;
        return row.Claim is { } claim && claim.LeaseUntil > now ? Verdict.Leased : Verdict.Abandoned;
    }
}
