using System.Collections.Frozen;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Maintenance.Timers;

/// <summary>One run of a timer.</summary>
/// <returns>What came of each of its jobs.</returns>
internal delegate Task<IReadOnlyList<JobReport>> TimerRun(CancellationToken cancellationToken);

/// <summary>
/// Runs the timers, by schedule and by call. In one process a timer never runs twice at once. Between processes the
/// Functions host keeps scheduled runs apart, by a blob lease, and no others: every job bears that another does the same.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class TimerRunner : IDisposable
{
    private readonly FrozenDictionary<string, Timer> _timers;
    private readonly TelemetryFlush? _flush;

    /// <param name="timers">By their names.</param>
    /// <param name="flush">Null where nothing is exported.</param>
    public TimerRunner(IReadOnlyDictionary<string, TimerRun> timers, TelemetryFlush? flush)
    {
        _timers = timers.ToFrozenDictionary(timer => timer.Key, timer => new Timer(timer.Key, timer.Value), StringComparer.OrdinalIgnoreCase);
        _flush = flush;
    }

    /// <summary>In the order of the alphabet.</summary>
    public IReadOnlyList<string> Names => [.. _timers.Values.Select(timer => timer.Name).Order(StringComparer.Ordinal)];

    /// <summary>As it is written in <see cref="TimerNames"/>; null when there is none.</summary>
    public string? Find(string name) => _timers.GetValueOrDefault(name)?.Name;

    /// <summary>A run by schedule: waits for one that is under way here.</summary>
    /// <exception cref="AggregateException">What failed; a job that fails does not keep the others from their work.</exception>
    public async Task RunAsync(string name, CancellationToken cancellationToken)
    {
        var timer = _timers[name];
        await timer.Single.WaitAsync(cancellationToken);
        TimerJobs.ThrowFailures(await RunHeldAsync(timer, cancellationToken));
    }

    /// <summary>A run by call.</summary>
    /// <returns>Null when one is under way in this process.</returns>
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

    /// <summary>The instance may be gone before the next periodic export: nothing else on Flex Consumption keeps it.</summary>
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
