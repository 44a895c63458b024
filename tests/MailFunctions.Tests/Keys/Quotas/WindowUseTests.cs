using CsCheck;
using MailFunctions.Keys.Quotas;

namespace MailFunctions.Tests.Keys.Quotas;

public sealed class WindowUseTests
{
    private static readonly DateTimeOffset Now = new(2026, 12, 1, 12, 0, 30, TimeSpan.Zero);

    private static readonly DateTimeOffset Later = Now.AddMinutes(5);

    private static readonly Volume Limit = new(1_000, long.MaxValue, 100_000);

    private static readonly Gen<Volume> Amount = Gen.Select(Gen.Long[0, 300], Gen.Long[0, 40_000], (mails, bytes) => new Volume(mails, 0, bytes));

    private static readonly Gen<QuotaLease> Lease = Gen.Select(Gen.Int[1, 9], Amount, Amount, Gen.Bool, (who, granted, used, isOver) =>
        new QuotaLease($"process.{who}", isOver ? Now : Later, granted, Volume.Min(granted, used), Now, 0));

    private static readonly Gen<WindowUse> Use = Gen.Select(Amount, Lease.Array[0, 9], (spent, leases) =>
        new WindowUse(QuotaWindow.Minute.StartOf(Now), spent, [.. leases.DistinctBy(lease => lease.Holder)]));

    [Fact]
    public void A_share_fits_the_cost_and_is_otherwise_a_part_of_what_is_free() =>
        Gen.Select(Use, Amount, Amount).Sample((use, cost, wish) =>
        {
            var free = Volume.Max(Volume.Zero, Limit - use.Taken);
            var (granted, used) = use.LeaseOf("process.1") is { } lease ? (lease.Granted, lease.Used) : (Volume.Zero, Volume.Zero);
            var renewed = use.Renew("process.1", Limit, used, cost, wish, Now, Later);

            if (renewed is null)
            {
                Assert.NotNull(cost.Beyond(free + granted - used));
                return;
            }

            var now = renewed.LeaseOf("process.1")?.Granted ?? Volume.Zero;
            Assert.Null(cost.Beyond(now - used));
            Assert.Null((now - granted).Beyond(free));
            var holders = renewed.Leases.Count(other => other.Until > Now);
            var most = Volume.Max(Volume.Max(cost, granted - used), (free.CountedBy(Limit) + granted - used).Over(2 * Math.Max(1, holders)));
            Assert.Null((now - used).Beyond(most));
        });

    [Fact]
    public void What_was_used_is_never_forgotten() =>
        Gen.Select(Use, Gen.Int[1, 9]).Sample((use, who) =>
        {
            var used = use.LeaseOf($"process.{who}")?.Used ?? Volume.Zero;

            Assert.Equal(use.Used, use.Return($"process.{who}", used).Used);
            Assert.Null(use.Return($"process.{who}", used).Taken.Beyond(use.Taken));
        });

    [Fact]
    public void Too_many_leases_for_a_row_count_as_used()
    {
        var use = new WindowUse(Now, Volume.Zero, [.. Enumerable.Range(0, 150).Select(i => new QuotaLease($"process.{i}", Now.AddSeconds(i), new(3, 0, 0), Volume.Zero, Now, 0))]);

        var bounded = use.Bounded();

        Assert.Equal(WindowUse.MostLeases, bounded.Leases.Count);
        Assert.Equal(use.Taken, bounded.Taken);
        Assert.Null(bounded.LeaseOf("process.49"));
    }

    [Theory]
    [InlineData("2026-12-01T12:00:59Z", "2026-12-01T12:00:00Z", 7)]
    [InlineData("2026-12-01T12:01:00Z", "2026-12-01T12:01:00Z", 0)]
    [InlineData("2026-12-01T11:59:59Z", "2026-12-01T12:00:00Z", 7)]
    [InlineData("2026-12-01T11:58:00Z", "2026-12-01T11:58:00Z", 0)]
    public void A_reader_begins_a_new_window_and_joins_one_that_a_faster_clock_began(string now, string start, long taken)
    {
        var stored = new WindowUse(QuotaWindow.Minute.StartOf(Now), new Volume(7, 0, 0), []);

        var use = WindowUse.At(stored, QuotaWindow.Minute, DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal((DateTimeOffset.Parse(start, System.Globalization.CultureInfo.InvariantCulture), taken), (use.Start, use.Taken.Mails));
    }
}
