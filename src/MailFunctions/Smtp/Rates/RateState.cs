using MailFunctions.Mail;

namespace MailFunctions.Smtp.Rates;

/// <summary>The used part of one limit of one relay, in ticks of UTC.</summary>
/// <param name="Arrival">The theoretical arrival time of the next slot that is reserved.</param>
/// <param name="TransactionalLine">The same, as if every transactional mail that was deferred had been given a slot.</param>
/// <param name="BulkLine">The same for the lane bulk.</param>
internal readonly record struct RateState(long Arrival, long TransactionalLine, long BulkLine)
{
    public long LineOf(Lane lane) => Math.Max(Arrival, lane == Lane.Bulk ? BulkLine : TransactionalLine);

    public RateState WithLine(Lane lane, long line) =>
        lane == Lane.Bulk ? this with { BulkLine = line } : this with { TransactionalLine = line };
}

/// <summary>The time at which a mail may begin, or at which to ask again.</summary>
/// <param name="Full">The limit that is used up; null when the slot is reserved.</param>
internal readonly record struct RateSlot(DateTimeOffset At, RateLimit? Full)
{
    public bool IsReserved => Full is null;
}

/// <summary>Assigns the slots of a relay that has several limits: a mail needs one in each. Pure.</summary>
internal static class RateRules
{
    /// <summary>
    /// A slot within this time is reserved and waited for. Bulk mail looks less far ahead, so that a
    /// transactional mail always finds a nearer slot. A later slot is not reserved: the mail takes a place in
    /// line, which only says when to ask again.
    /// </summary>
    public static TimeSpan HorizonOf(Lane lane) => TimeSpan.FromSeconds(lane == Lane.Transactional ? 5 : 2);

    /// <summary>
    /// A slot that is older than this just before MAIL is given up and another taken. Of a margin of 3 s that leaves one
    /// for what follows: measuring the content, and the way to the relay.
    /// </summary>
    public static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(2);

    /// <param name="states">One for each limit; changed in place.</param>
    public static RateSlot Next(IReadOnlyList<RateLimit> limits, RateState[] states, Lane lane, int recipients, DateTimeOffset now)
    {
        var (at, full) = Earliest(limits, states, lane, recipients, now.UtcTicks, state => state.Arrival);
        if (at <= now.UtcTicks + HorizonOf(lane).Ticks)
        {
            for (var i = 0; i < states.Length; i++)
                states[i] = states[i] with { Arrival = Gcra.Of(limits[i]).After(states[i].Arrival, Cost(limits[i], recipients), at) };
            return new RateSlot(new DateTimeOffset(at, TimeSpan.Zero), null);
        }

        (at, full) = Earliest(limits, states, lane, recipients, at, state => state.LineOf(lane), full);
        for (var i = 0; i < states.Length; i++)
            states[i] = states[i].WithLine(lane, Gcra.Of(limits[i]).After(states[i].LineOf(lane), Cost(limits[i], recipients), at));
        return new RateSlot(new DateTimeOffset(at, TimeSpan.Zero), full);
    }

    private static (long At, RateLimit? Full) Earliest(
        IReadOnlyList<RateLimit> limits, RateState[] states, Lane lane, int recipients, long from, Func<RateState, long> arrivalOf, RateLimit? full = null)
    {
        for (var i = 0; i < states.Length; i++)
        {
            var at = Gcra.Of(limits[i]).Earliest(arrivalOf(states[i]), Cost(limits[i], recipients), lane);
            if (at > from)
                (from, full) = (at, limits[i]);
        }

        return (from, full);
    }

    private static int Cost(RateLimit limit, int recipients) => limit.Unit == RateUnit.Recipients ? recipients : 1;
}
