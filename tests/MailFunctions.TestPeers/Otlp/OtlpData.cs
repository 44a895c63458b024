namespace MailFunctions.TestPeers.Otlp;

/// <param name="Scope">The name of the activity source.</param>
/// <param name="TraceId">Hexadecimal, as are the other ids.</param>
/// <param name="ParentId">Empty for the root of a trace.</param>
/// <param name="Kind">1 internal, 2 server, 3 client, 4 producer, 5 consumer.</param>
/// <param name="Attributes">Values as text.</param>
/// <param name="Started">Nanoseconds since 1970.</param>
public sealed record OtlpSpan(
    string Scope,
    string TraceId,
    string SpanId,
    string ParentId,
    string Name,
    int Kind,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<OtlpLink> Links,
    bool IsError,
    ulong Started,
    ulong Ended);

public sealed record OtlpLink(string TraceId, string SpanId);

/// <summary>One point of a metric.</summary>
/// <param name="Scope">The name of the meter.</param>
/// <param name="Kind"><c>gauge</c>, <c>counter</c>, <c>updowncounter</c> or <c>histogram</c>.</param>
/// <param name="Value">Of a histogram the number of its measurements.</param>
public sealed record OtlpPoint(string Scope, string Metric, string Unit, string Kind, IReadOnlyDictionary<string, string> Attributes, double Value);

/// <param name="Category">Of the logger.</param>
/// <param name="Severity">As OTLP numbers it: 1 trace, 5 debug, 9 information, 13 warning, 17 error.</param>
public sealed record OtlpLog(string Category, int Severity, string Body, IReadOnlyDictionary<string, string> Attributes, string TraceId);
