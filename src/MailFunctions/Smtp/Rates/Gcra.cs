using MailFunctions.Mail;

namespace MailFunctions.Smtp.Rates;

/// <summary>
/// Computes one limit: the generic cell rate algorithm (ITU-T I.371) over a theoretical arrival time, in ticks. A burst may
/// begin at once, and one more after each interval. Both are chosen so that the relay never counts more than the limit's
/// count in any window, wherever it begins, while each mail arrives up to the margin later than its slot: a mail that arrives
/// within a window had its slot within window + margin, and burst - 1 + (window + margin) / interval is at most the count.
/// </summary>
/// <param name="Interval">Ticks between one and the next, once the burst is used up.</param>
internal readonly record struct Gcra(long Interval, int Burst)
{
    public static Gcra Of(RateLimit limit)
    {
        // Over a day mail comes in bursts; over a minute relays prefer an even flow.
        var burst = Math.Max(1, limit.Window >= TimeSpan.FromDays(1) ? limit.Count / 2 : limit.Count / 10);
        var steps = limit.Count - burst + 1;
        var stretch = limit.Window.Ticks + limit.Margin.Ticks;
        return new Gcra((stretch + steps - 1) / steps, burst);
    }

    /// <summary>Returns the earliest time at which this many may begin.</summary>
    /// <param name="arrival">The theoretical arrival time.</param>
    /// <param name="cost">1 to <see cref="Burst"/>.</param>
    public long Earliest(long arrival, int cost, Lane lane)
    {
        var burst = BurstOf(lane);
        return arrival - ((burst - Math.Min(cost, burst)) * Interval);
    }

    /// <summary>Returns the theoretical arrival time after this many begin at this time.</summary>
    public long After(long arrival, int cost, long at) => Math.Max(arrival, at) + (cost * Interval);

    /// <summary>
    /// Returns the latest valid arrival time; a later stored value is from other settings, or from a clock that was wrong.
    /// </summary>
    public long Latest(long now) => now + TimeSpan.TicksPerMinute + (Burst * Interval);

    /// <summary>A quarter of the burst is kept for transactional mail.</summary>
    private int BurstOf(Lane lane) => lane == Lane.Transactional ? Burst : Math.Max(1, Burst - Math.Max(1, Burst / 4));
}
