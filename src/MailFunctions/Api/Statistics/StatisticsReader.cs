using MailFunctions.Http;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Statistics;

/// <summary>Answers <c>GET statistics?from&amp;to&amp;granularity&amp;dimension</c> from the compiled table only.</summary>
public sealed class StatisticsReader
{
    /// <summary>The number of domains or tags that are listed; the others are added up in <c>(other)</c>.</summary>
    internal const int TopValues = 50;

    private readonly StatisticsTable _table;
    private readonly Watermarks _watermarks;
    private readonly TimeProvider _clock;

    internal StatisticsReader(StatisticsTable table, Watermarks watermarks, TimeProvider clock) =>
        (_table, _watermarks, _clock) = (table, watermarks, clock);

    public async Task<IResult> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var (query, errors) = StatisticsQuery.Parse(request.Query, _clock.GetUtcNow());
        return query is null
            ? Problem.WrongParameters(errors).ToResult()
            : new JsonResult<StatisticsAnswer>(await ReadAsync(query, cancellationToken), ContractsJson.Default.StatisticsAnswer);
    }

    internal async Task<StatisticsAnswer> ReadAsync(StatisticsQuery query, CancellationToken cancellationToken)
    {
        // Read first, so that the figures are at least as recent as this time.
        var compiledUntil = await _watermarks.ReadAsync(StatisticsCompiler.Fresh, cancellationToken);

        var from = Bucket.Of(query.Granularity, query.From);
        var to = Bucket.Of(query.Granularity, query.To);
        var top = query.Dimension.IsOpenEnded() ? await TopAsync(from, to, query.Dimension, cancellationToken) : null;

        var buckets = new Dictionary<Bucket, Rollup>();
        var totals = new Rollup();
        await foreach (var (bucket, row) in _table.ReadAsync(from, to, query.Dimension, cancellationToken))
        {
            var value = top is null || top.Contains(row.Value) ? row.Value : Rollup.Other;
            if (!buckets.TryGetValue(bucket, out var rollup))
                buckets[bucket] = rollup = new Rollup();
            rollup[query.Dimension, value].Add(row.Measures);
            totals[query.Dimension, value].Add(row.Measures);
        }

        var ranked = Rollup.Keep(query.Dimension, totals.ToRows(), int.MaxValue, AcceptedAndSent).ToList();
        var order = ranked.Index().ToDictionary(pair => pair.Item.Value, pair => pair.Index, StringComparer.Ordinal);
        return new(
            from.Start,
            to.Start,
            query.Granularity.Name(),
            query.Dimension.Name(),
            compiledUntil,
            [.. BucketsBetween(from, to).Select(bucket => new StatisticsAnswerBucket(bucket.Start, Answer(buckets.GetValueOrDefault(bucket), order)))],
            [.. ranked.Select(row => StatisticsValues.Of(row.Value, row.Measures))]);

        StatisticsValue[] Answer(Rollup? rollup, Dictionary<string, int> places) => rollup is null ? [] :
            [.. rollup.ToRows().OrderBy(row => places[row.Value]).Select(row => StatisticsValues.Of(row.Value, row.Measures))];
    }

    /// <summary>
    /// Finds the values with the most over the whole range in a pass of its own, so that a long range with many values is
    /// never in memory as a whole.
    /// </summary>
    private async Task<HashSet<string>> TopAsync(Bucket from, Bucket to, Dimension dimension, CancellationToken cancellationToken)
    {
        var weights = new Dictionary<string, long>(StringComparer.Ordinal);
        await foreach (var row in _table.ReadOnlyAsync(from, to, dimension, [Measure.Accepted, Measure.Sent], cancellationToken))
            weights[row.Value] = weights.GetValueOrDefault(row.Value) + AcceptedAndSent(row.Measures);
        return weights
            .Where(pair => pair.Key != Rollup.Other)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(TopValues)
            .Select(pair => pair.Key)
            .ToHashSet(StringComparer.Ordinal);
    }

    private static IEnumerable<Bucket> BucketsBetween(Bucket from, Bucket to)
    {
        for (var bucket = from; bucket.Start < to.Start; bucket = bucket.Next)
            yield return bucket;
    }

    private static long AcceptedAndSent(Measures measures) => measures[Measure.Accepted] + measures[Measure.Sent];
}
