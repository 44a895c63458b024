using OpenTelemetry.Metrics;

namespace MailFunctions.Exporters;

/// <summary>Exports the metrics of this process at once.</summary>
internal sealed class MetricFlush(MeterProvider meters)
{
    /// <summary>An export that takes longer goes on by itself, and its run is over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>ForceFlush blocks its thread, and never throws.</summary>
    public Task FlushAsync() => Task.Run(() => meters.ForceFlush((int)Patience.TotalMilliseconds));
}
