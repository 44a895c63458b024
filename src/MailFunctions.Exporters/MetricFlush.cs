using OpenTelemetry.Metrics;

namespace MailFunctions.Exporters;

/// <summary>Exports the metrics of this process at once.</summary>
internal sealed class MetricFlush(MeterProvider meters)
{
    /// <summary>The time after which an export continues in the background, and the run that waits for it ends.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Exports in the background: ForceFlush blocks its thread, and never throws.</summary>
    public Task FlushAsync() => Task.Run(() => meters.ForceFlush((int)Patience.TotalMilliseconds));
}
