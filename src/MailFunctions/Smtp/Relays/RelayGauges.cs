using System.Diagnostics.Metrics;
using MailFunctions.Telemetry;

namespace MailFunctions.Smtp.Relays;

/// <summary>The gauges of this process's relays, read at each export.</summary>
internal static class RelayGauges
{
    public static void Create(Meter meter, IReadOnlyList<RelayLine> lines, TimeProvider clock)
    {
        meter.CreateObservableUpDownCounter(MetricNames.Connections, () => lines.SelectMany(Connections), "{connection}", "Connections to relays.");
        meter.CreateObservableGauge(MetricNames.BreakerOpen, () => lines.Select(line => BreakerOf(line, clock)), "1", "Whether a relay is left alone.");
    }

    private static IEnumerable<Measurement<int>> Connections(RelayLine line) => line.Pools.SelectMany(pool => (Measurement<int>[])
    [
        Connections(line, pool.Key, "used", pool.Value.Rented),
        Connections(line, pool.Key, "idle", pool.Value.Idle),
    ]);

    private static Measurement<int> Connections(RelayLine line, ConnectionUse use, string state, int count) => new(
        count,
        new(AttributeNames.Relay, line.Relay.Name),
        new(AttributeNames.ConnectionUse, use.ToString().ToLowerInvariant()),
        new(AttributeNames.ConnectionState, state));

    /// <summary>
    /// Reports the circuit as closed once the wait has passed, even when no mail has probed it yet, so that an alarm ends.
    /// </summary>
    private static Measurement<int> BreakerOf(RelayLine line, TimeProvider clock) =>
        new(line.Breaker.OpenUntil > clock.GetUtcNow() ? 1 : 0, new KeyValuePair<string, object?>(AttributeNames.Relay, line.Relay.Name));
}
