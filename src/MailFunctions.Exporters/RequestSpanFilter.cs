using System.Collections.Frozen;
using System.Diagnostics;
using MailFunctions.Telemetry;
using OpenTelemetry;

namespace MailFunctions.Exporters;

/// <summary>
/// Leaves a span that is not our own only attributes that are known to hold neither address nor key. The path of a request
/// may hold an address (<c>suppressions/{address}</c>), its query a function key (<c>code</c>), a client's name anything;
/// <c>http.route</c> says which function it was.
/// </summary>
internal sealed class RequestSpanFilter : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> Harmless = FrozenSet.ToFrozenSet(
    [
        "http.request.method", "http.response.status_code", "http.route", "url.scheme", "server.address", "server.port",
        "network.protocol.name", "network.protocol.version", "error.type",
        // The Functions worker's own.
        "faas.name", "faas.trigger", "faas.invocation_id", "faas.coldstart", "az.schema_url",
    ]);

    /// <summary>The header Host of a request that we answer: whatever its sender wrote.</summary>
    private static readonly FrozenSet<string> OfCaller = FrozenSet.ToFrozenSet(["server.address", "server.port"]);

    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == TelemetryNames.Source)
            return;
        foreach (var (name, _) in data.TagObjects.Where(tag => !Harmless.Contains(tag.Key) || (data.Kind == ActivityKind.Server && OfCaller.Contains(tag.Key))).ToList())
            data.SetTag(name, null);
        // Its description is the text of an exception.
        if (data.StatusDescription is not null)
            data.SetStatus(data.Status);
    }
}
