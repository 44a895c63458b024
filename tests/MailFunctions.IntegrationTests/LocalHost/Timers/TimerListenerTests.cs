using System.Net;
using System.Threading.Channels;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.LocalHost;
using MailFunctions.TestPeers.App;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.IntegrationTests.LocalHost.Timers;

public sealed class TimerListenerTests
{
    private readonly WatchedClock _clock = new(new DateTimeOffset(2026, 11, 23, 10, 0, 5, TimeSpan.Zero));
    private readonly TimerCalls _calls;

    public TimerListenerTests() => _calls = new TimerCalls(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_timer_runs_at_its_times_and_knows_the_next()
    {
        await using var host = await StartAsync("0 * * * * *");

        var first = await AdvanceToRunAsync(TimeSpan.FromSeconds(55));
        var second = await AdvanceToRunAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(new DateTime(2026, 11, 23, 10, 1, 0), first.At);
        Assert.False(first.Timer.IsPastDue);
        Assert.Equal(new DateTime(2026, 11, 23, 10, 2, 0), first.Timer.ScheduleStatus!.Next);
        Assert.Equal(new DateTime(2026, 11, 23, 10, 2, 0), second.At);
        Assert.Equal(new DateTime(2026, 11, 23, 10, 1, 0), second.Timer.ScheduleStatus!.Last);
    }

    [Fact]
    public async Task A_schedule_below_a_minute_has_no_status()
    {
        await using var host = await StartAsync("*/10 * * * * *");

        Assert.Null((await AdvanceToRunAsync(TimeSpan.FromSeconds(5))).Timer.ScheduleStatus);
    }

    [Fact]
    public async Task Times_missed_during_a_long_run_are_made_up_by_one_past_due_run()
    {
        using var gate = new SemaphoreSlim(0);
        _calls.Body = _ => gate.WaitAsync(Cancel);
        await using var host = await StartAsync("0 * * * * *");
        await AdvanceToRunAsync(TimeSpan.FromSeconds(55));

        _clock.Advance(TimeSpan.FromMinutes(3.5));
        Assert.Equal(1, _calls.Started);
        gate.Release();
        var late = await _calls.NextAsync();
        gate.Release();
        await Eventually.TrueAsync(() => _calls.Ended == 2, "the end of the second run");

        Assert.True(late.Timer.IsPastDue);
        Assert.Equal(new DateTime(2026, 11, 23, 10, 4, 30), late.At);
        var next = await AdvanceToRunAsync(TimeSpan.FromSeconds(30));
        Assert.False(next.Timer.IsPastDue);
        Assert.Equal(3, _calls.Started);
        gate.Release();
    }

    [Fact]
    public async Task A_machine_that_slept_over_several_times_runs_once_for_them()
    {
        await using var host = await StartAsync("0 * * * * *");

        var late = await AdvanceToRunAsync(TimeSpan.FromMinutes(10));
        var next = await AdvanceToRunAsync(TimeSpan.FromSeconds(55));

        Assert.True(late.Timer.IsPastDue);
        Assert.False(next.Timer.IsPastDue);
        Assert.Equal(new DateTime(2026, 11, 23, 10, 11, 0), next.At);
    }

    [Fact]
    public async Task An_exception_is_logged_and_the_next_run_comes()
    {
        _calls.Body = call => call == 1 ? throw new InvalidOperationException("a bug") : Task.CompletedTask;
        await using var host = await StartAsync("0 * * * * *");

        await AdvanceToRunAsync(TimeSpan.FromSeconds(55));
        await AdvanceToRunAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(1, host.Log.Count(20));
    }

    [Fact]
    public async Task A_timer_is_started_through_the_admin_address_but_never_runs_twice_at_once()
    {
        using var gate = new SemaphoreSlim(0);
        _calls.Body = _ => gate.WaitAsync(Cancel);
        await using var host = await StartAsync("0 0 0 1 1 *");

        using var first = await host.Client.PostAsync("/admin/functions/Tick", null, Cancel);
        using var second = await host.Client.PostAsync("/admin/functions/tick", null, Cancel);
        await _calls.NextAsync();

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(1, _calls.Started);
        gate.Release();
        await _calls.NextAsync();
        gate.Release();
    }

    [Fact]
    public async Task A_setting_that_a_schedule_names_and_that_is_not_set_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<CannotStartException>(() => StartAsync(null));

        Assert.Equal("Function Tick names setting Tick:Schedule, which is not set.", refused.Message);
    }

    private Task<RunningFunctions> StartAsync(string? schedule) => RunningFunctions.StartAsync(
        [typeof(TimerFunction)],
        services => services.AddSingleton(_calls).AddSingleton<TimeProvider>(_clock),
        configuration: TestSettings.Configuration(("Tick:Schedule", schedule)));

    /// <summary>Moves the clock when the listener waits on it.</summary>
    private async Task<TimerCall> AdvanceToRunAsync(TimeSpan time)
    {
        await _clock.TimerSetAsync();
        _clock.Advance(time);
        return await _calls.NextAsync();
    }
}

public sealed record TimerCall(TimerInfo Timer, DateTime At);

public sealed class TimerCalls(TimeProvider clock)
{
    private readonly Channel<TimerCall> _calls = Channel.CreateUnbounded<TimerCall>();
    private int _started;
    private int _ended;

    public int Started => Volatile.Read(ref _started);

    public int Ended => Volatile.Read(ref _ended);

    /// <summary>Gets the number of the call, from 1.</summary>
    public Func<int, Task> Body { get; set; } = _ => Task.CompletedTask;

    public Task<TimerCall> NextAsync() =>
        Eventually.ComesAsync(_calls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask(), "a run of the timer");

    public async Task RunAsync(TimerInfo timer)
    {
        var call = Interlocked.Increment(ref _started);
        _calls.Writer.TryWrite(new TimerCall(timer, clock.GetUtcNow().UtcDateTime));
        try
        {
            await Body(call);
        }
        finally
        {
            Interlocked.Increment(ref _ended);
        }
    }
}

public sealed class TimerFunction(TimerCalls calls)
{
    [Function("Tick")]
    public Task RunAsync([TimerTrigger("%Tick:Schedule%")] TimerInfo timer) => calls.RunAsync(timer);
}
