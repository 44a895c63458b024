using System.Diagnostics.Metrics;

namespace MailFunctions.Telemetry;

/// <summary>
/// Levels that are known from storage, not from one process. A timer run measures them, and only its process reports them,
/// for as long as they are valid: the next run may be in another process.
/// </summary>
internal sealed class Levels(MailMeters meters, TimeProvider clock)
{
    public Level StatisticsLag { get; } = new(meters.Meter, MetricNames.StatisticsLag, "s", "How far the statistics are behind.", clock);

    public Level OldestWaiting { get; } = new(meters.Meter, MetricNames.OldestWaiting, "s", "How long the mail has waited that has waited longest.", clock);

    public Level Held { get; } = new(meters.Meter, MetricNames.Held, "{email}", "Emails that await a person.", clock);

    public Level DeadLetters { get; } = new(meters.Meter, MetricNames.DeadLetters, "{message}", "Queue messages that nobody could read.", clock);
}

/// <summary>One of <see cref="Levels"/>.</summary>
internal sealed class Level
{
    /// <summary>Three runs of the timers.</summary>
    internal static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(3);

    private readonly Instrument _gauge;
    private readonly TimeProvider _clock;
    private Reported? _reported;

    public Level(Meter meter, string name, string unit, string description, TimeProvider clock)
    {
        _clock = clock;
        _gauge = meter.CreateObservableGauge(name, Read, unit, description);
    }

    /// <summary>True if a listener is attached: without one the level need not be measured.</summary>
    public bool IsWatched => _gauge.Enabled;

    public void Report(params Measurement<double>[] measured) => Volatile.Write(ref _reported, new Reported(_clock.GetTimestamp(), measured));

    private Measurement<double>[] Read() =>
        Volatile.Read(ref _reported) is { } told && _clock.GetElapsedTime(told.At) < BelievedFor ? told.Measured : [];

    private sealed record Reported(long At, Measurement<double>[] Measured);
}
