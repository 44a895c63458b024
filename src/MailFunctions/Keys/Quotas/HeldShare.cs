namespace MailFunctions.Keys.Quotas;

/// <summary>The share of one window that this instance holds, and what it has used of it.</summary>
/// <remarks>Not thread safe: <see cref="ScopeQuota"/> guards it.</remarks>
/// <param name="start">The beginning of the window.</param>
internal sealed class HeldShare(DateTimeOffset start)
{
    /// <summary>A share lasts about this long at the rate at which the one before it was used.</summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(10);

    public DateTimeOffset Start => start;

    public Volume Granted { get; private set; }

    public Volume Used { get; private set; }

    public Volume Left => Granted - Used;

    /// <summary>The amount that was free when this share was last renewed.</summary>
    public Volume Free { get; private set; }

    /// <summary>The time at which the last renewal was asked for, by the process's own clock; null before the first.</summary>
    public long? RenewedAt { get; private set; }

    private Volume UsedBefore { get; set; }

    private Volume UsedAtLook { get; set; }

    public void Charge(Volume cost) => Used += cost;

    public void GiveBack(Volume cost) => Used -= cost;

    /// <summary>Records what the row has now.</summary>
    public void Renew(Volume granted, Volume free, long askedAt)
    {
        (Granted, Free, RenewedAt) = (granted, free, askedAt);
        UsedBefore = Used;
    }

    /// <summary>Uses nothing further before the next renewal: whether the row still has this share is not known.</summary>
    public void Freeze() => Granted = Used;

    /// <summary>Returns the share that it would use in the near future: at most twice what it used of the last one.</summary>
    /// <param name="waiting">What callers wait for at this moment.</param>
    /// <param name="elapsed">The time since the last renewal.</param>
    public Volume Wish(Volume limit, Volume waiting, TimeSpan elapsed)
    {
        var used = (Used - UsedBefore).Times(Math.Min(2, Horizon / (elapsed + TimeSpan.FromMilliseconds(1))));
        return Volume.Max(limit.Over(WindowUse.IdlePart), Volume.Max(used, waiting)).CountedBy(limit);
    }

    /// <summary>Tests whether nothing was used since the last time this was asked.</summary>
    public bool LookIfIdle()
    {
        var isIdle = Used == UsedAtLook;
        UsedAtLook = Used;
        return isIdle;
    }
}
