using System.Collections.Frozen;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Maintenance.Timers;

/// <summary>Runs a timer once.</summary>
/// <returns>The reports of its jobs.</returns>
internal delegate Task<IReadOnlyList<JobReport>> TimerRun(CancellationToken cancellationToken);

/// <summary>
/// Runs the timers, by schedule and via the API. In one process a timer never runs twice at once. Between processes the
/// Functions host keeps only scheduled runs apart, by a blob lease: every job tolerates a parallel run.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class TimerRunner : IDisposable
{
    private readonly FrozenDictionary<string, Timer> _timers;
    private readonly TelemetryFlush? _flush;

    /// <param name="timers">The timers by name.</param>
    /// <param name="flush">Null if no telemetry is exported.</param>
    public TimerRunner(IReadOnlyDictionary<string, TimerRun> timers, TelemetryFlush? flush)
    {
        _timers = timers.ToFrozenDictionary(timer => timer.Key, timer => new Timer(timer.Key, timer.Value), StringComparer.OrdinalIgnoreCase);
        _flush = flush;
    }

    /// <summary>The names in alphabetical order.</summary>
    public IReadOnlyList<string> Names => [.. _timers.Values.Select(timer => timer.Name).Order(StringComparer.Ordinal)];

    /// <summary>Returns the name as written in <see cref="TimerNames"/>; null if there is no such timer.</summary>
    public string? Find(string name) => _timers.GetValueOrDefault(name)?.Name;

    /// <summary>Runs a timer by schedule: waits for a run in progress in this process.</summary>
    /// <exception cref="AggregateException">Contains all failures; a failing job does not stop the others.</exception>
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        var timer = _timers[name];
        await timer.Single.WaitAsync(cancellationToken);
        TimerJobs.ThrowFailures(await RunHeldAsync(timer, cancellationToken));
    }

    /// <summary>Runs a timer via the API.</summary>
    /// <returns>Null if a run is in progress in this process.</returns>
    public async Task<IReadOnlyList<JobReport>?> TryRunAsync(string name, CancellationToken cancellationToken)
    {
        var timer = _timers[name];
        return await timer.Single.WaitAsync(TimeSpan.Zero, cancellationToken) ? await RunHeldAsync(timer, cancellationToken) : null;
    }

    public void Dispose()
    {
        foreach (var timer in _timers.Values)
            timer.Single.Dispose();
    }

    /// <summary>Runs the timer and flushes telemetry: on Flex Consumption the instance may stop before the next periodic export.</summary>
    private async Task<IReadOnlyList<JobReport>> RunHeldAsync(Timer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.Run(cancellationToken);
        }
        finally
        {
            timer.Single.Release();
            if (_flush is not null)
                await _flush();
        }
    }

    private sealed record Timer(string Name, TimerRun Run)
    {
        public SemaphoreSlim Single { get; } = new(1, 1);
    }
}
