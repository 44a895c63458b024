using System.Globalization;

namespace MailFunctions.TestPeers.Otlp;

/// <summary>Reads export requests of OTLP 1 (https://opentelemetry.io/docs/specs/otlp/) by the field numbers of its .proto files.</summary>
internal static class OtlpReader
{
    /// <summary>Numbers that hold for all three: the resource's data, the scope's, and the scope's name.</summary>
    private const int PerResource = 1, PerScope = 2, Scope = 1, Items = 2;

    public static IEnumerable<OtlpSpan> Spans(ReadOnlyMemory<byte> request) => Each(request).Select(entry => new OtlpSpan(
        entry.Scope,
        TraceId: entry.Item.Hex(1),
        SpanId: entry.Item.Hex(2),
        ParentId: entry.Item.Hex(4),
        Name: entry.Item.Text(5),
        Kind: (int)entry.Item.Number(6),
        Attributes(entry.Item, 9),
        [.. entry.Item.Messages(13).Select(link => new OtlpLink(link.Hex(1), link.Hex(2)))],
        IsError: entry.Item.Message(15).Number(3) == 2,
        Started: entry.Item.Number(7),
        Ended: entry.Item.Number(8)));

    public static IEnumerable<OtlpPoint> Points(ReadOnlyMemory<byte> request) => Each(request).SelectMany(entry => Points(entry.Scope, entry.Item));

    public static IEnumerable<OtlpLog> Logs(ReadOnlyMemory<byte> request) => Each(request).Select(entry => new OtlpLog(
        entry.Scope, (int)entry.Item.Number(2), Value(entry.Item.Message(5)), Attributes(entry.Item, 6), entry.Item.Hex(9)));

    private static IEnumerable<(string Scope, ProtobufMessage Item)> Each(ReadOnlyMemory<byte> request) =>
        from resource in new ProtobufMessage(request).Messages(PerResource)
        from scope in resource.Messages(PerScope)
        let name = scope.Message(Scope).Text(1)
        from item in scope.Messages(Items)
        select (name, item);

    private static IEnumerable<OtlpPoint> Points(string scope, ProtobufMessage metric)
    {
        var (name, unit) = (metric.Text(1), metric.Text(3));
        foreach (var point in metric.Message(5).Messages(1))
            yield return new OtlpPoint(scope, name, unit, "gauge", Attributes(point, 7), Number(point));
        var sum = metric.Message(7);
        foreach (var point in sum.Messages(1))
            yield return new OtlpPoint(scope, name, unit, sum.Number(3) == 1 ? "counter" : "updowncounter", Attributes(point, 7), Number(point));
        foreach (var point in metric.Message(9).Messages(1))
            yield return new OtlpPoint(scope, name, unit, "histogram", Attributes(point, 9), point.Number(4));
    }

    private static double Number(ProtobufMessage point) => point.Has(4) ? point.Double(4) : (long)point.Number(6);

    private static Dictionary<string, string> Attributes(ProtobufMessage message, int number) =>
        message.Messages(number).ToDictionary(pair => pair.Text(1), pair => Value(pair.Message(2)));

    /// <summary>An AnyValue as text; of arrays and maps what they hold.</summary>
    private static string Value(ProtobufMessage value)
    {
        if (value.Has(2))
            return value.Number(2) == 1 ? "true" : "false";
        if (value.Has(3))
            return ((long)value.Number(3)).ToString(CultureInfo.InvariantCulture);
        if (value.Has(4))
            return value.Double(4).ToString(CultureInfo.InvariantCulture);
        if (value.Has(5))
            return string.Join(' ', value.Message(5).Messages(1).Select(Value));
        return value.Has(6) ? string.Join(' ', value.Message(6).Messages(1).Select(pair => $"{pair.Text(1)}={Value(pair.Message(2))}")) : value.Text(1);
    }
}
