using System.Diagnostics;

namespace MailFunctions.Telemetry;

/// <summary>A W3C traceparent (https://www.w3.org/TR/trace-context/#traceparent-header), as it travels with a queue message and stands in the ledger.</summary>
internal static class TraceContext
{
    /// <summary>Of version 00: all that <see cref="Activity"/> writes.</summary>
    public const int Length = 55;

    /// <returns>Null for text that is none: it was written by somebody else, and costs a trace and no mail.</returns>
    public static ActivityContext? Parse(string? traceparent) =>
        traceparent is { Length: Length } && ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var context) ? context : null;
}
