using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Delivery;

internal enum Verdict
{
    /// <summary>Old, or settled: nothing to do.</summary>
    Drop,

    /// <summary>There is no ledger row: not accepted yet, or never.</summary>
    Absent,

    /// <summary>Not due yet.</summary>
    Wait,

    /// <summary>A worker is at it and alive.</summary>
    Leased,

    /// <summary>A worker was at it and its lease ran out.</summary>
    Abandoned,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>The attempt may be claimed.</summary>
    Ready,
}

/// <summary>What a queue message that names an attempt means, given the ledger row (rule 3). Pure.</summary>
internal static class Triage
{
    /// <summary>Queues hide messages for whole seconds, so one may show up this much before its mail is due.</summary>
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
