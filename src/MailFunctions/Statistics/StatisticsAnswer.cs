using System.Text.Json;
using System.Text.Json.Serialization;

namespace MailFunctions.Statistics;

/// <summary>The answer of <c>GET statistics</c>.</summary>
/// <param name="From">The start of the first bucket.</param>
/// <param name="To">The end of the last bucket.</param>
/// <param name="CompiledUntil">Every minute before it was compiled after it had ended; null before the first run.</param>
/// <param name="Buckets">All of the range, in order of time, also those in which nothing happened.</param>
/// <param name="Totals">Each value over the whole range, most accepted and sent first.</param>
public sealed record StatisticsAnswer(
    DateTimeOffset From,
    DateTimeOffset To,
    string Granularity,
    string Dimension,
    DateTimeOffset? CompiledUntil,
    IReadOnlyList<StatisticsAnswerBucket> Buckets,
    IReadOnlyList<StatisticsValue> Totals);

/// <param name="Values">The values of which there is anything to tell, in the order of the totals.</param>
public sealed record StatisticsAnswerBucket(DateTimeOffset Start, IReadOnlyList<StatisticsValue> Values);

/// <summary>One value of a dimension with its counts: in JSON one flat object, with every measure, also those that are zero.</summary>
[JsonConverter(typeof(StatisticsValueConverter))]
public sealed class StatisticsValue
{
    internal StatisticsValue(string value, Measures measures) => (Value, Measures) = (value, measures);

    public string Value { get; }

    internal Measures Measures { get; }
}

internal sealed class StatisticsValueConverter : JsonConverter<StatisticsValue>
{
    public override StatisticsValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Statistics are written only.");

    public override void Write(Utf8JsonWriter writer, StatisticsValue value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("value", value.Value);
        foreach (var measure in Enum.GetValues<Measure>()) writer.WriteNumber(measure.Name(), value.Measures[measure]);

        var latency = value.Measures.Latency;
        writer.WriteStartObject("latency_ms");
        WritePercentile(writer, "p50", latency.Percentile(0.50));
        WritePercentile(writer, "p95", latency.Percentile(0.95));
        WritePercentile(writer, "p99", latency.Percentile(0.99));
        writer.WriteNumber("count", latency.Count);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WritePercentile(Utf8JsonWriter writer, string name, TimeSpan? latency)
    {
        if (latency is { } known) writer.WriteNumber(name, Math.Round(known.TotalMilliseconds, 1));
        else writer.WriteNull(name);
    }
}

/// <summary>How the answer is written: snake_case, by generated code.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StatisticsAnswer))]
public sealed partial class StatisticsJson : JsonSerializerContext;
