using System.Collections.Frozen;
using System.Diagnostics;
using MailFunctions.Telemetry;
using OpenTelemetry;

namespace MailFunctions.Exporters;

/// <summary>
/// Removes from spans of other libraries all attributes that are not known to be free of addresses and keys. The path of
/// a request may hold an address (<c>suppressions/{address}</c>), its query a function key (<c>code</c>), a client's name
/// anything; <c>http.route</c> names the function.
/// </summary>
internal sealed class RequestSpanFilter : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> Harmless = FrozenSet.ToFrozenSet(
    [
        "http.request.method", "http.response.status_code", "http.route", "url.scheme", "server.address", "server.port",
        "network.protocol.name", "network.protocol.version", "error.type",
        // Attributes of the Functions worker.
        "faas.name", "faas.trigger", "faas.invocation_id", "faas.coldstart", "az.schema_url",
    ]);

    /// <summary>The header Host of an incoming request: its value comes from the sender.</summary>
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
