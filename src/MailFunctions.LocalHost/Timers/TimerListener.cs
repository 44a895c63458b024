using MailFunctions.LocalHost.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace MailFunctions.LocalHost.Timers;

/// <summary>Runs one function on its schedule, never two runs at once. However many runs were missed, one makes up for them.</summary>
internal sealed class TimerListener(
    Function function, FunctionTrigger.Timer trigger, CronSchedule schedule, FunctionInvoker invoker, TimeProvider clock, ILogger log) : BackgroundService
{
    /// <summary>The longest single wait: timers of the framework are limited to some weeks.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly SemaphoreSlim _single = new(1, 1);
    private DateTime _last;

    public string Name => function.Name;

    public static TimerListener Create(IServiceProvider services, Function function, FunctionTrigger.Timer trigger)
    {
        var expression = SettingReference.Resolve(trigger.Schedule, services.GetRequiredService<IConfiguration>(), function.Name);
        return new TimerListener(
            function, trigger, CronSchedule.Parse(expression, function.Name),
            services.GetRequiredService<FunctionInvoker>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<TimerListener>>());
    }

    /// <summary>Runs the function once more, now or when the current run has ended.</summary>
    public Task RunOnceAsync(CancellationToken cancellationToken) => RunAsync(clock.GetUtcNow(), isPastDue: false, cancellationToken);

    public override void Dispose()
    {
        base.Dispose();
        _single.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var now = clock.GetUtcNow();
            var due = schedule.NextAfter(now);
            if (trigger.RunOnStartup)
                await RunAsync(now, isPastDue: false, stoppingToken);

            var isLate = false;
            while (true)
            {
                await WaitUntilAsync(due, stoppingToken);
                now = clock.GetUtcNow();
                isLate |= schedule.NextAfter(due) <= now;
                var occurrence = isLate ? now : due;
                await RunAsync(occurrence, isLate, stoppingToken);

                due = schedule.NextAfter(occurrence);
                isLate = due <= clock.GetUtcNow();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private async Task RunAsync(DateTimeOffset due, bool isPastDue, CancellationToken stoppingToken)
    {
        await _single.WaitAsync(stoppingToken);
        var timer = new TimerInfo { IsPastDue = isPastDue, ScheduleStatus = Status(due) };
        try
        {
            await invoker.InvokeAsync(function, timer, routeValues: null, stoppingToken);
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Log.TimerFailed(log, function.Name, schedule.NextAfter(clock.GetUtcNow()), exception);
        }
        finally
        {
            _last = clock.GetUtcNow().UtcDateTime;
            _single.Release();
        }
    }

    private ScheduleStatus? Status(DateTimeOffset due) =>
        trigger.UseMonitor && schedule.IsMonitored(due)
            ? new ScheduleStatus { Last = _last, Next = schedule.NextAfter(due).UtcDateTime, LastUpdated = _last }
            : null;

    private async Task WaitUntilAsync(DateTimeOffset moment, CancellationToken stoppingToken)
    {
        // Timers may fire a little early; a run before its time would be repeated.
        while (moment - clock.GetUtcNow() is { Ticks: > 0 } wait)
            await Task.Delay(wait < LongestWait ? wait : LongestWait, clock, stoppingToken);
    }
}
