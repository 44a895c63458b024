using System.Diagnostics.Metrics;

namespace MailFunctions.Telemetry;

/// <summary>
/// Levels that storage knows and no process does. A timer run that has read one tells it, and only the process where that
/// run was reports it, for as long as it can be believed: the next run may be another's.
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

    /// <summary>Somebody would see it: without one it need not be read.</summary>
    public bool IsWatched => _gauge.Enabled;

    public void Report(params Measurement<double>[] measured) => Volatile.Write(ref _reported, new Reported(_clock.GetTimestamp(), measured));

    private Measurement<double>[] Read() =>
        Volatile.Read(ref _reported) is { } told && _clock.GetElapsedTime(told.At) < BelievedFor ? told.Measured : [];

    private sealed record Reported(long At, Measurement<double>[] Measured);
}
