using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace MailFunctions.Exporters;

/// <summary>
/// The few metrics of the runtime that describe this app
/// (https://learn.microsoft.com/dotnet/core/diagnostics/built-in-metrics). All of them together are ten times as many
/// series as ours, and cost as much for each.
/// </summary>
internal static class RuntimeMetrics
{
    public static readonly IReadOnlyList<string> Meters = ["Microsoft.AspNetCore.Hosting", "System.Net.Http", "System.Runtime"];

    public static readonly FrozenSet<string> Chosen = FrozenSet.ToFrozenSet(
    [
        "http.server.request.duration", "http.server.active_requests", "http.client.request.duration",
        "dotnet.process.cpu.time", "dotnet.process.memory.working_set", "dotnet.gc.pause.time", "dotnet.thread_pool.queue.length",
    ]);

    /// <returns>Null to export an instrument as it is.</returns>
    public static MetricStreamConfiguration? Choose(Instrument instrument) =>
        !Meters.Contains(instrument.Meter.Name) || Chosen.Contains(instrument.Name) ? null : MetricStreamConfiguration.Drop;
}
