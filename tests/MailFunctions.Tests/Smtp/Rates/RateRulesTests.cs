using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Smtp.Rates;

namespace MailFunctions.Tests.Smtp.Rates;

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
    public void The_limit_holds_by_arrival_while_mails_travel_up_to_the_margin() =>
        Gen.Select(Limit.List[1, 4], Asking, Gen.Int).Sample((limits, asking, seed) =>
        {
            var random = new Random(seed);
            var margin = limits.Min(limit => limit.Margin);
            // The worst ways: a random one, the longest for those before some moment and none for those after it.
            var given = Reserved(limits, asking);
            var turn = given.Count == 0 ? Start : given[random.Next(given.Count)].At;
            foreach (var wayOf in (Func<DateTimeOffset, TimeSpan>[])[_ => margin * random.NextDouble(), at => at <= turn ? margin : TimeSpan.Zero])
            {
                var arrived = given.ConvertAll(slot => (At: slot.At + wayOf(slot.At), slot.Recipients));
                foreach (var limit in limits)
                {
                    foreach (var (from, _) in arrived)
                    {
                        var counted = arrived.Where(mail => mail.At >= from && mail.At < from + limit.Window).Sum(mail => limit.Unit == RateUnit.Mails ? 1 : mail.Recipients);
                        Assert.True(counted <= limit.Count, $"{counted} arrived in one window of {limit}");
                    }
                }
            }
        });

    [Theory]
    [InlineData("PerMinute", 60)]
    [InlineData("PerHour", 3_600)]
    [InlineData("PerDay", 86_400)]
    [InlineData("RecipientsPerDay", 86_400)]
    public void The_margin_is_three_seconds_which_a_slot_and_its_way_together_stay_within(string name, int seconds)
    {
        var limit = new RateLimit(name, 1_000, TimeSpan.FromSeconds(seconds), RateUnit.Mails);

        Assert.Equal(TimeSpan.FromSeconds(3), limit.Margin);
        Assert.True(RateRules.LongestWay < limit.Margin);
        Assert.True(limit.Margin <= limit.Window / 20);
    }

    [Fact]
    public void The_margin_costs_a_twentieth_of_the_rate_at_the_most() =>
        Limit.Sample(limit =>
        {
            var gcra = Gcra.Of(limit);
            var steps = limit.Count - gcra.Burst + 1;

            Assert.True(gcra.Interval * steps <= (limit.Window.Ticks * 21 / 20) + steps, $"{gcra} of {limit}");
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
    public void Queued_reservations_get_times_that_keep_to_the_limits() =>
        Gen.Select(Limit.List[1, 3], Gen.Enum<Lane>(), Gen.Int[1, 120]).Sample((limits, lane, count) =>
        {
            var states = new RateState[limits.Count];
            var told = Enumerable.Range(0, count).Select(_ => RateRules.Next(limits, states, lane, 1, Start).At).ToList();

            Assert.Equal(told.Order(), told);
            foreach (var limit in limits)
                Assert.All(told, from => Assert.True(told.Count(at => at >= from && at < from + limit.Window) <= limit.Count));
        });

    [Fact]
    public void A_reservation_repeated_at_its_returned_time_succeeds_without_competition() =>
        Gen.Select(Limit.List[1, 3], Gen.Enum<Lane>(), Gen.Int[2, 100]).Sample((limits, lane, count) =>
        {
            var states = new RateState[limits.Count];
            var waiting = Enumerable.Range(0, count).Select(_ => RateRules.Next(limits, states, lane, 1, Start)).Where(slot => !slot.IsReserved).ToList();

            Assert.All(waiting, slot => Assert.True(RateRules.Next(limits, states, lane, 1, slot.At).IsReserved));
        });

    [Fact]
    public void A_transactional_mail_gets_its_slot_despite_any_amount_of_bulk_mail() =>
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

        // A burst of 3, then 28 within each minute and its margin of 3 s.
        Assert.InRange(given, 600 * 28 / 63, 300);
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
