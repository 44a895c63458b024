using Azure.Data.Tables;

namespace MailFunctions.Statistics;

/// <summary>
/// Maps a row to its stored form: the value, each measure that is not zero under its name, and the latency
/// histogram when there is one.
/// </summary>
internal static class StatisticsEntity
{
    private const string Value = "value";
    private const string Latency = "latency";

    public static TableEntity Of(Bucket bucket, StatisticsRow row)
    {
        var entity = new TableEntity(bucket.PartitionKey, row.RowKey) { [Value] = row.Value };
        foreach (var measure in Enum.GetValues<Measure>())
            if (row.Measures[measure] is not 0 and var count)
                entity[measure.Name()] = count;
        if (row.Measures.Latency.Count > 0)
            entity[Latency] = row.Measures.Latency.ToString();
        return entity;
    }

    /// <exception cref="FormatException">The entity is not one that <see cref="Of"/> made.</exception>
    public static StatisticsRow Read(TableEntity entity)
    {
        var dimension = Dimensions.Find(entity.RowKey.Split('|')[0])
            ?? throw new FormatException($"'{entity.RowKey}' is not the key of a statistics row.");
        var tally = new Tally { Latency = LatencyHistogram.Parse(entity.GetString(Latency) ?? "") };
        foreach (var measure in Enum.GetValues<Measure>())
            tally[measure] = entity.GetInt64(measure.Name()) ?? 0;
        return new(dimension, entity.GetString(Value) ?? "", tally.ToMeasures());
    }

    /// <summary>Returns the columns that are needed to know a row's key, its value and these measures.</summary>
    public static IEnumerable<string> Columns(IEnumerable<Measure> measures) =>
        ["PartitionKey", "RowKey", Value, .. measures.Select(measure => measure.Name())];

    /// <summary>Says whether both have the same content, whatever the service added to one of them.</summary>
    public static bool SameContent(TableEntity left, TableEntity right) =>
        Content(left).Count() == Content(right).Count()
        && Content(left).All(pair => right.TryGetValue(pair.Key, out var other) && Equals(pair.Value, other));

    private static IEnumerable<KeyValuePair<string, object>> Content(TableEntity entity) =>
        entity.Where(pair => pair.Key is not ("PartitionKey" or "RowKey" or "Timestamp") && !pair.Key.StartsWith("odata.", StringComparison.Ordinal));
}
