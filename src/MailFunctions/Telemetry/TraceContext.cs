using System.Diagnostics;

namespace MailFunctions.Telemetry;

/// <summary>Parses W3C traceparents (https://www.w3.org/TR/trace-context/#traceparent-header) of queue messages and the ledger.</summary>
internal static class TraceContext
{
    /// <summary>The length of version 00, the only one that <see cref="Activity"/> writes.</summary>
    public const int Length = 55;

    /// <returns>Null for invalid text: another program wrote it; the trace is lost, but no mail.</returns>
    public static ActivityContext? Parse(string? traceparent) =>
        traceparent is { Length: Length } && ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var context) ? context : null;
}
