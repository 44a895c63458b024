using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Statistics;

/// <summary>Answers <c>GET statistics?from&amp;to&amp;granularity&amp;dimension</c> from the compiled table alone.</summary>
public sealed class StatisticsReader
{
    /// <summary>Of the domains and tags the first 50 are told apart, the others are added up in <c>(other)</c>.</summary>
    internal const int TopValues = 50;

    private readonly StatisticsTable _table;
    private readonly Watermarks _watermarks;
    private readonly TimeProvider _time;

    internal StatisticsReader(StatisticsTable table, Watermarks watermarks, TimeProvider time) =>
        (_table, _watermarks, _time) = (table, watermarks, time);

    public async Task<StatisticsReading> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (query, errors) = StatisticsQuery.Parse(request.Query, _time.GetUtcNow());
        return query is null ? new(null, errors) : new(await ReadAsync(query, cancellationToken), []);
    }

    internal async Task<StatisticsAnswer> ReadAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        // Read first, so that the figures are at least as new as it says.
        var compiledUntil = await _watermarks.ReadAsync(StatisticsCompiler.Fresh, cancellationToken);

        var from = Bucket.Of(query.Granularity, query.From);
        var to = Bucket.Of(query.Granularity, query.To);
        var rows = new List<(Bucket Bucket, StatisticsRow Row)>();
        var rollup = new Dictionary<string, Tally>(StringComparer.Ordinal);
        await foreach (var (bucket, row) in _table.ReadAsync(from, to, query.Dimension, cancellationToken))
        {
            rows.Add((bucket, row));
            if (!rollup.TryGetValue(row.Value, out var tally)) rollup[row.Value] = tally = new Tally();
            tally.Add(row.Measures);
        }

        var totals = Rank(query.Dimension, rollup.Select(pair => new StatisticsRow(query.Dimension, pair.Key, pair.Value.ToMeasures())));
        var order = totals.Index().ToDictionary(pair => pair.Item.Value, pair => pair.Index, StringComparer.Ordinal);
        var byBucket = rows.ToLookup(pair => pair.Bucket, pair => pair.Row);
        var buckets = new List<StatisticsAnswerBucket>();
        for (var bucket = from; bucket.Start < to.Start; bucket = bucket.Next)
            buckets.Add(new(bucket.Start, ValuesOf(byBucket[bucket], order)));

        return new(from.Start, to.Start, query.Granularity.Name(), query.Dimension.Name(), compiledUntil, buckets,
            [.. totals.Select(row => new StatisticsValue(row.Value, row.Measures))]);
    }

    private static List<StatisticsRow> Rank(Dimension dimension, IEnumerable<StatisticsRow> rows) =>
        [.. Rollup.Keep(dimension, rows, dimension.IsOpenEnded() ? TopValues : int.MaxValue, AcceptedAndSent)];

    /// <summary>The rows of one bucket, those without a place of their own added up.</summary>
    private static StatisticsValue[] ValuesOf(IEnumerable<StatisticsRow> rows, Dictionary<string, int> order)
    {
        var values = new Dictionary<string, Tally>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var value = order.ContainsKey(row.Value) ? row.Value : Rollup.Other;
            if (!values.TryGetValue(value, out var tally)) values[value] = tally = new Tally();
            tally.Add(row.Measures);
        }

        return [.. values.OrderBy(pair => order[pair.Key]).Select(pair => new StatisticsValue(pair.Key, pair.Value.ToMeasures()))];
    }

    private static long AcceptedAndSent(Measures measures) => measures[Measure.Accepted] + measures[Measure.Sent];
}

/// <summary>The answer, or what is wrong with the question.</summary>
/// <param name="Answer">Null exactly when there are errors.</param>
public sealed record StatisticsReading(StatisticsAnswer? Answer, IReadOnlyList<ParameterError> Errors);
