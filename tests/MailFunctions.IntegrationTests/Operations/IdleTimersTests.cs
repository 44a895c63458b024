using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Telemetry;
using MailFunctions.Maintenance.Recovery;
using MailFunctions.Statistics;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Operations;

/// <summary>
/// How many calls to storage the timers make while there is no mail: what an idle month costs. docs/operations.md counts
/// with these figures.
/// </summary>
public sealed class IdleTimersTests(AzuriteFixture azurite)
{
    /// <summary>Some minute that begins no hour.</summary>
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 40, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_minute_of_Dispatch_costs_56() =>
        Assert.Equal(56, await CountSecondRunAsync(pipeline => pipeline.Get<ScheduleTimer>().RunAsync(Cancellation)));

    [Fact]
    public async Task An_idle_timer_run_with_metrics_exported_costs_6_more_storage_calls() =>
        Assert.Equal(62, await CountSecondRunAsync(async pipeline =>
        {
            using var levels = new HeardLevels(pipeline);
            await pipeline.Get<ScheduleTimer>().RunAsync(Cancellation);
        }));

    [Fact]
    public async Task A_minute_of_CompileStatistics_costs_190() =>
        Assert.Equal(190, await CountSecondRunAsync(pipeline => pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation)));

    /// <summary>The first run of a timer looks back; from the second on each has one new minute to look at.</summary>
    private async Task<int> CountSecondRunAsync(Func<TestApp, Task> runAsync)
    {
        var clock = new FakeTimeProvider(Start);
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await TestApp.On(proxy).WithRelay(relay).WithClock(clock).StartAsync();
        await runAsync(pipeline);
        clock.Advance(TimeSpan.FromMinutes(1));
        var before = proxy.Requests.Count;

        await runAsync(pipeline);

        return proxy.Requests.Count - before;
    }
}
