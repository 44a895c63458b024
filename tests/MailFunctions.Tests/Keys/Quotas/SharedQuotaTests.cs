using CsCheck;
using MailFunctions.Keys.Quotas;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage.Memory;

namespace MailFunctions.Tests.Keys.Quotas;

/// <summary>Several instances share the quotas of one scope: whatever happens to them, no window is charged beyond its limit.</summary>
public sealed class SharedQuotaTests
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly QuotaScope Scope = QuotaScope.OfDomain("example.org");

    private static readonly Gen<QuotaLimits> Limits = Gen.Select(
        Gen.Long[1, 60].Nullable(), Gen.Long[1, 120].Nullable(), Gen.Long[1, 200].Nullable(), Gen.Long[1, 20_000].Nullable(),
        (perMinute, perDay, recipients, bytes) => new QuotaLimits { MailsPerMinute = perMinute, MailsPerDay = perDay, RecipientsPerDay = recipients, BytesPerMinute = bytes });

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Int[0, 3],
        Gen.Frequency((12, Gen.Const(What.Send)), (2, Gen.Const(What.Return)), (1, Gen.Const(What.ReturnAll)), (1, Gen.Const(What.Kill)), (2, Gen.Const(What.Fail))),
        Gen.Frequency((3, Gen.Const(1)), (1, Gen.Int[1, 30])),
        Gen.Frequency((8, Gen.Const(Trouble.None)), (4, Gen.Enum<Trouble>())),
        Gen.Frequency((6, Gen.Const(0)), (3, Gen.Int[0, 15]), (1, Gen.Int[30, 400])),
        (who, what, mails, trouble, after) => new Step(who, what, mails, trouble, TimeSpan.FromSeconds(after)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_window_is_charged_beyond_its_limit_whatever_happens() =>
        await Gen.Select(Limits, Steps.Array[1, 80], Gen.Int[-5, 5].Array[4]).SampleAsync(
            async (limits, steps, skews) =>
            {
                var world = await World.StartAsync(skews);
                foreach (var step in steps)
                    await world.DoAsync(step, limits);

                foreach (var window in QuotaWindows.All)
                    Assert.All(world.Charged(window, limits), charged => Assert.Null(charged.Beyond(limits.Of(window))));
            },
            iter: Samples.Few(40));

    [Theory]
    [InlineData(1, 10)]
    [InlineData(3, 5)]
    [InlineData(100, 3)]
    [InlineData(1_000, 4)]
    public async Task Instances_that_take_turns_reach_the_limit_exactly(long limit, int instances)
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = limit };
        var all = Enumerable.Range(0, instances).Select(_ => new QuotaInstance(storage, time, Scope)).ToList();

        var accepted = 0L;
        for (var turn = 0; turn < 2 * limit * instances && accepted < limit; turn++)
        {
            if (await SendsAsync(all[turn % instances], limits))
                accepted++;
            else
                time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Equal(limit, accepted);
        time.Advance(TimeSpan.FromSeconds(2));
        foreach (var one in all)
            Assert.False(await SendsAsync(one, limits));
    }

    [Fact]
    public async Task An_idle_instance_gives_back_so_that_another_reaches_the_limit()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = 1_000 };
        using var busy = new QuotaInstance(storage, time, Scope);
        using var other = new QuotaInstance(storage, time, Scope);
        for (var i = 0; i < 150; i++)
            Assert.True(await SendsAsync(busy, limits));

        // Twice without mail: what it has beyond a hundredth, it gives back.
        await busy.Quota.ReturnAsync(all: false, Cancellation);
        await busy.Quota.ReturnAsync(all: false, Cancellation);
        var accepted = await SendAllAsync(other, limits, time);
        Assert.InRange(accepted, 1_000 - 150 - 10, 1_000 - 150);

        time.Advance(ScopeQuota.LeaseTime);
        await busy.Quota.ReturnAsync(all: false, Cancellation);
        Assert.Equal(1_000 - 150, accepted + await SendAllAsync(other, limits, time));
    }

    [Fact]
    public async Task A_killed_instance_costs_at_most_its_share_and_nothing_in_the_next_window()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerMinute = 600 };
        using var killed = new QuotaInstance(storage, time, Scope);
        using var other = new QuotaInstance(storage, time, Scope);
        Assert.True(await SendsAsync(killed, limits));

        // A hundredth of the limit is the share of an instance without known demand.
        Assert.Equal(600 - 6, await SendAllAsync(other, limits, time));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(600, await SendAllAsync(other, limits, time));
    }

    [Fact]
    public async Task Most_mails_of_a_flow_cost_no_request()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerMinute = 10_000, MailsPerDay = 1_000_000 };
        using var one = new QuotaInstance(storage, time, Scope);

        for (var i = 0; i < 3_000; i++)
        {
            Assert.True(await SendsAsync(one, limits));
            time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(one.Requests, 2, 30);
    }

    [Fact]
    public async Task A_flood_of_refused_mail_asks_storage_once_a_second()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = 5 };
        using var one = new QuotaInstance(storage, time, Scope);
        await SendAllAsync(one, limits, time);
        var before = one.Requests;

        for (var i = 0; i < 500; i++)
        {
            Assert.False(await SendsAsync(one, limits));
            time.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(one.Requests - before, 1, 6);
    }

    [Fact]
    public async Task Those_that_ask_while_the_row_does_not_answer_share_one_failure()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = 100 };
        using var one = new QuotaInstance(storage, time, Scope) { Next = Trouble.Down };
        await Assert.ThrowsAsync<Azure.RequestFailedException>(() => SendsAsync(one, limits));
        var ofOne = one.Requests;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Assert.ThrowsAsync<Azure.RequestFailedException>(() => SendsAsync(one, limits))));
        Assert.Equal(ofOne, one.Requests);

        time.Advance(TimeSpan.FromSeconds(1));
        one.Next = Trouble.None;
        Assert.True(await SendsAsync(one, limits));
    }

    [Fact]
    public async Task A_caller_that_goes_away_is_no_failure_for_others()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = 100 };
        using var one = new QuotaInstance(storage, time, Scope);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.Quota.ChargeAsync(limits, new Volume(1, 1, 1), new CancellationToken(canceled: true)));

        Assert.True(await SendsAsync(one, limits));
    }

    /// <summary>What this instance has used of its own share comes back to no one.</summary>
    [Fact]
    public async Task A_refusal_promises_room_when_others_hold_it_and_else_in_the_next_window()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = 400 };
        using var one = new QuotaInstance(storage, time, Scope);
        using var other = new QuotaInstance(storage, time, Scope);
        var all = new Volume(400, 0, 0);
        for (var i = 0; i < 6; i++)
            Assert.True(await SendsAsync(one, limits));

        Assert.Equal(TimeSpan.FromHours(12), (await one.Quota.ChargeAsync(limits, all, Cancellation)).Refusal!.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(20), (await other.Quota.ChargeAsync(limits, all with { Mails = 394 }, Cancellation)).Refusal!.RetryAfter);
        Assert.Null((await other.Quota.ChargeAsync(limits, all with { Mails = 401 }, Cancellation)).Refusal!.RetryAfter);
    }

    [Fact]
    public async Task Concurrent_callers_of_several_instances_stay_within_the_limit_and_reach_it()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = 500, RecipientsPerMinute = 100_000 };
        var all = Enumerable.Range(0, 3).Select(_ => new QuotaInstance(storage, time, Scope)).ToList();

        var accepted = (await Task.WhenAll(Enumerable.Range(0, 900).Select(i => Task.Run(() => SendsAsync(all[i % 3], limits), Cancellation)))).Count(sent => sent);

        Assert.InRange(accepted, 1, 500);
        foreach (var one in all)
            await one.Quota.ReturnAsync(all: true, Cancellation);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(500, accepted + await SendAllAsync(all[0], limits, time));
    }

    [Fact]
    public async Task An_instance_whose_clock_is_wrong_by_hours_is_put_right_by_storage()
    {
        var (time, storage) = await StorageAsync();
        var limits = new QuotaLimits { MailsPerDay = 10 };
        using var right = new QuotaInstance(storage, time, Scope);
        using var ahead = new QuotaInstance(storage, time, Scope, TimeSpan.FromHours(30));
        using var behind = new QuotaInstance(storage, time, Scope, TimeSpan.FromHours(-30));

        var accepted = 0L;
        foreach (var one in (QuotaInstance[])[ahead, right, behind, ahead, behind, right])
            accepted += await SendAllAsync(one, limits, time);

        Assert.Equal(10, accepted);
    }

    private static async Task<(SharedTime Time, MemoryStorage Storage)> StorageAsync()
    {
        var time = new SharedTime(Noon);
        var storage = new MemoryStorage(new SharedClock(time));
        using var setup = new QuotaInstance(storage, time, Scope);
        await setup.Clients.Table(StorageNames.QuotasTable).CreateIfNotExistsAsync(Cancellation);
        return (time, storage);
    }

    private static async Task<bool> SendsAsync(QuotaInstance instance, QuotaLimits limits, int mails = 1) =>
        (await instance.Quota.ChargeAsync(limits, new Volume(mails, mails, 100 * mails), Cancellation)).Refusal is null;

    /// <summary>Sends single mails until one is refused.</summary>
    private static async Task<long> SendAllAsync(QuotaInstance instance, QuotaLimits limits, SharedTime time)
    {
        var sent = 0L;
        while (await SendsAsync(instance, limits))
            sent++;
        // Past the time for which a refusal is remembered.
        time.Advance(TimeSpan.FromSeconds(1));
        return sent;
    }

    private enum What
    {
        Send,

        /// <summary>Charge and give back.</summary>
        Fail,
        Return,
        ReturnAll,
        Kill,
    }

    private sealed record Step(int Who, What What, int Mails, Trouble Trouble, TimeSpan After);

    /// <summary>Four instances, and a count of what was accepted in the window of each share.</summary>
    private sealed class World(SharedTime time, MemoryStorage storage, QuotaInstance[] instances, int[] skews)
    {
        private readonly List<(DateTimeOffset Minute, DateTimeOffset Day, Volume Cost)> _accepted = [];

        public static async Task<World> StartAsync(int[] skews)
        {
            var (time, storage) = await StorageAsync();
            return new World(time, storage, [.. skews.Select(skew => new QuotaInstance(storage, time, Scope, TimeSpan.FromSeconds(skew)))], skews);
        }

        public IEnumerable<Volume> Charged(QuotaWindow window, QuotaLimits limits) => _accepted
            .GroupBy(charge => window == QuotaWindow.Minute ? charge.Minute : charge.Day)
            .Select(charges => charges.Aggregate(Volume.Zero, (sum, charge) => sum + charge.Cost.CountedBy(limits.Of(window))));

        public async Task DoAsync(Step step, QuotaLimits limits)
        {
            time.Advance(step.After);
            var who = instances[step.Who];
            who.Next = step.Trouble;
            try
            {
                if (step.What == What.Kill)
                    instances[step.Who] = new QuotaInstance(storage, time, Scope, TimeSpan.FromSeconds(skews[step.Who]));
                else if (step.What is What.Return or What.ReturnAll)
                    await who.Quota.ReturnAsync(step.What == What.ReturnAll, Cancellation);
                else
                    await SendAsync(who, step, limits);
            }
            catch (Exception exception) when (StorageFault.Is(exception) || exception is AggregateException)
            {
                // Storage was down: nothing was accepted.
            }

            who.Next = Trouble.None;
        }

        private async Task SendAsync(QuotaInstance who, Step step, QuotaLimits limits)
        {
            var cost = new Volume(step.Mails, 2 * step.Mails, 100 * step.Mails);
            if ((await who.Quota.ChargeAsync(limits, cost, Cancellation)).Charge is not { } charge)
                return;
            if (step.What == What.Fail)
                charge.GiveBack();
            else
                _accepted.Add((charge.Minute.Start, charge.Day.Start, cost));
        }
    }
}
