using CsCheck;
using MailFunctions.Ledger;
using MailFunctions.Rates;

namespace MailFunctions.Tests.Rates;

public sealed class RateRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly Gen<RateLimit> Limit = Gen.OneOf(
        Gen.Int[1, 40].Select(count => new RateLimit("PerSecond", count, TimeSpan.FromSeconds(1), RateUnit.Mails)),
        Gen.Int[1, 200].Select(count => new RateLimit("PerMinute", count, TimeSpan.FromMinutes(1), RateUnit.Mails)),
        Gen.Int[1, 500].Select(count => new RateLimit("PerDay", count, TimeSpan.FromDays(1), RateUnit.Mails)),
        Gen.Int[RateLimit.LeastRecipients, 2_000].Select(count => new RateLimit("RecipientsPerDay", count, TimeSpan.FromDays(1), RateUnit.Recipients)));

    /// <summary>Who asks, for how many recipients, how long after the last who asked, by a clock that is off by up to half a second.</summary>
    private static readonly Gen<(Lane Lane, int Recipients, int After, int Skew)[]> Asking =
        Gen.Select(Gen.Enum<Lane>(), Gen.Int[1, 50], Gen.Frequency((5, Gen.Const(0)), (5, Gen.Int[0, 500]), (1, Gen.Int[0, 60_000])), Gen.Int[-500, 500]).Array[1, 150];

    [Fact]
    public void No_window_wherever_it_begins_has_more_than_the_limit_allows() =>
        Gen.Select(Limit.List[1, 4], Asking).Sample((limits, asking) =>
        {
            var given = Reserved(limits, asking);
            foreach (var limit in limits)
            {
                foreach (var (from, _) in given)
                {
                    var used = given.Where(slot => slot.At >= from && slot.At < from + limit.Window).Sum(slot => limit.Unit == RateUnit.Mails ? 1 : slot.Recipients);
                    Assert.True(used <= limit.Count, $"{used} in one window of {limit}");
                }
            }
        });

    [Fact]
    public void A_slot_is_never_in_the_past_and_is_reserved_only_when_it_is_near() =>
        Gen.Select(Limit.List[1, 4], Asking).Sample((limits, asking) =>
        {
            var states = new RateState[limits.Count];
            var now = Start;
            foreach (var (lane, recipients, after, _) in asking)
            {
                now += TimeSpan.FromMilliseconds(after);
                var slot = RateRules.Next(limits, states, lane, recipients, now);
                Assert.True(slot.At >= now);
                Assert.Equal(slot.At - now <= RateRules.HorizonOf(lane), slot.IsReserved);
            }
        });

    [Fact]
    public void Those_who_stand_in_line_are_told_moments_that_the_limits_allow() =>
        Gen.Select(Limit.List[1, 3], Gen.Enum<Lane>(), Gen.Int[1, 120]).Sample((limits, lane, count) =>
        {
            var states = new RateState[limits.Count];
            var told = Enumerable.Range(0, count).Select(_ => RateRules.Next(limits, states, lane, 1, Start).At).ToList();

            Assert.Equal(told.Order(), told);
            foreach (var limit in limits)
                Assert.All(told, from => Assert.True(told.Count(at => at >= from && at < from + limit.Window) <= limit.Count));
        });

    [Fact]
    public void Whoever_comes_back_when_told_is_let_in_when_nobody_else_asks() =>
        Gen.Select(Limit.List[1, 3], Gen.Enum<Lane>(), Gen.Int[2, 100]).Sample((limits, lane, count) =>
        {
            var states = new RateState[limits.Count];
            var waiting = Enumerable.Range(0, count).Select(_ => RateRules.Next(limits, states, lane, 1, Start)).Where(slot => !slot.IsReserved).ToList();

            Assert.All(waiting, slot => Assert.True(RateRules.Next(limits, states, lane, 1, slot.At).IsReserved));
        });

    [Fact]
    public void However_much_bulk_mail_asks_a_transactional_mail_is_let_in_soon() =>
        Gen.Select(Gen.Int[20, 5_000], Gen.Int[1, 400]).Sample((perMinute, bulk) =>
        {
            RateLimit[] limits = [new("PerMinute", perMinute, TimeSpan.FromMinutes(1), RateUnit.Mails)];
            var states = new RateState[1];
            for (var i = 0; i < bulk; i++)
                RateRules.Next(limits, states, Lane.Bulk, 1, Start);

            Assert.True(RateRules.Next(limits, states, Lane.Transactional, 1, Start).IsReserved);
        });

    [Fact]
    public void A_limit_is_used_to_the_full_when_mail_keeps_coming()
    {
        RateLimit[] limits = [new("PerMinute", 30, TimeSpan.FromMinutes(1), RateUnit.Mails)];
        var states = new RateState[1];
        var given = 0;
        for (var second = 0; second < 600; second++)
        {
            while (RateRules.Next(limits, states, Lane.Transactional, 1, Start + TimeSpan.FromSeconds(second)).IsReserved)
                given++;
        }

        Assert.InRange(given, 280, 300);
    }

    private static List<(DateTimeOffset At, int Recipients)> Reserved(List<RateLimit> limits, (Lane Lane, int Recipients, int After, int Skew)[] asking)
    {
        var states = new RateState[limits.Count];
        var given = new List<(DateTimeOffset, int)>();
        var now = Start;
        foreach (var (lane, recipients, after, skew) in asking)
        {
            now += TimeSpan.FromMilliseconds(after);
            var slot = RateRules.Next(limits, states, lane, recipients, now + TimeSpan.FromMilliseconds(skew));
            if (slot.IsReserved)
                given.Add((slot.At, recipients));
        }

        return given;
    }
}
