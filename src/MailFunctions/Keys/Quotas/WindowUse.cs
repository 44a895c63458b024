namespace MailFunctions.Keys.Quotas;

/// <summary>The part of one window of a scope that is used, or promised to instances. Pure.</summary>
/// <remarks>
/// A share is taken from the row before it is used, so the sum of all charges to a window is never more than its limit,
/// whatever instances do, lose, or when they die: the overshoot is 0. The price is what others cannot use meanwhile:
/// <list type="bullet">
/// <item>Each of N holders takes at most 1/(2N) of what is free at that moment, unless one submission needs more: near the
/// limit shares are of single mails, and a limit of 1 with ten instances accepts 1. Shares that were taken earlier can
/// together be more than what is free now.</item>
/// <item>A holder without demand takes at most 1/100 of the limit, and an idle one gives back what is more than that.</item>
/// <item>A holder that was killed may have used any part of its share, so all of it counts as used: until the end of a
/// minute, and of a day until the ledger has shown what was used (<see cref="SettledAfter"/>).</item>
/// </list>
/// </remarks>
/// <param name="Start">The beginning of the window.</param>
/// <param name="Spent">What holders used that have left.</param>
internal sealed record WindowUse(DateTimeOffset Start, Volume Spent, IReadOnlyList<QuotaLease> Leases)
{
    /// <summary>The part of a limit that a holder takes without known demand.</summary>
    public const int IdlePart = 100;

    /// <summary>The most leases in a row. A string of a table has 64 KiB; a lease takes less than 300 bytes.</summary>
    public const int MostLeases = 100;

    /// <summary>
    /// The time after the end of a lease at which the mails of its holder are counted in the ledger. A mail that
    /// was charged while the lease ran is committed by then, or never.
    /// </summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The most that a window may lie ahead of the reader's clock, which has just been compared with that of the storage
    /// service; one further ahead is from a clock that was wrong.
    /// </summary>
    private static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(1);

    /// <summary>All that is used or may be.</summary>
    public Volume Taken => Leases.Aggregate(Spent, (sum, lease) => sum + lease.Granted);

    /// <summary>The amount that is known to be used.</summary>
    public Volume Used => Leases.Aggregate(Spent, (sum, lease) => sum + lease.Used);

    /// <summary>
    /// Returns the use of the window that is now. A reader whose clock is a little behind joins the window that another has
    /// begun: a charge counts for exactly one window.
    /// </summary>
    public static WindowUse At(WindowUse? stored, QuotaWindow window, DateTimeOffset now)
    {
        var start = window.StartOf(now);
        return stored is not null && (stored.Start == start || (stored.Start > start && stored.Start - now <= ClocksApart))
            ? stored
            : new WindowUse(start, Volume.Zero, []);
    }

    /// <summary>The end of the lease that ends first; null without one.</summary>
    public DateTimeOffset? FirstEnd => Leases.Count == 0 ? null : Leases.Min(lease => lease.Until);

    public QuotaLease? LeaseOf(string holder) => Leases.FirstOrDefault(lease => lease.Holder == holder);

    /// <summary>Renews a holder's lease, with a further share if it needs one.</summary>
    /// <param name="used">All that the holder has used since its first share; has no meaning when it has no lease in the row.</param>
    /// <param name="cost">What it wants to use next, in the units that are limited.</param>
    /// <param name="wish">What it would use soon, in the units that are limited.</param>
    /// <param name="lastCharge">The number of the last charge of the holder's process.</param>
    /// <returns>Null when the cost does not fit.</returns>
    public WindowUse? Renew(string holder, Volume limit, Volume used, Volume cost, Volume wish, DateTimeOffset now, DateTimeOffset until, long lastCharge = 0)
    {
        var before = LeaseOf(holder) ?? new QuotaLease(holder, until, Volume.Zero, used = Volume.Zero, now, lastCharge);
        var left = before.Granted - used;
        var missing = Volume.Max(Volume.Zero, cost - left);
        var free = Volume.Max(Volume.Zero, limit - Taken);
        if (missing.Beyond(free) is not null)
            return null;

        var holders = 1 + Leases.Count(lease => lease.Holder != holder && lease.Until > now);
        var fair = Volume.Min(wish, (free.CountedBy(limit) + left).Over(2 * holders));
        var share = missing == Volume.Zero ? missing : Volume.Max(missing, fair - left);
        var renewed = before with { Until = until, Granted = before.Granted + share, Used = used, ReportedAt = now, LastCharge = lastCharge };
        return renewed.Granted == Volume.Zero
            ? this
            : this with { Leases = [.. Leases.Where(lease => lease.Holder != holder), renewed] };
    }

    /// <summary>Takes a holder's lease out of the row, with what it has used: the rest is free.</summary>
    /// <param name="used">All that it has used since its first share, and will ever use of it.</param>
    public WindowUse Return(string holder, Volume used) => LeaseOf(holder) is null
        ? this
        : this with { Spent = Spent + used, Leases = [.. Leases.Where(lease => lease.Holder != holder)] };

    /// <summary>Counts the oldest leases as used when there are too many for a row.</summary>
    public WindowUse Bounded()
    {
        if (Leases.Count <= MostLeases)
            return this;
        var byEnd = Leases.OrderBy(lease => lease.Until).ToList();
        var folded = byEnd.Take(Leases.Count - MostLeases).ToList();
        return this with { Spent = folded.Aggregate(Spent, (sum, lease) => sum + lease.Granted), Leases = byEnd[folded.Count..] };
    }
}
