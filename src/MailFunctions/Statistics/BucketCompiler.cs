using System.Collections.Concurrent;

namespace MailFunctions.Statistics;

/// <summary>
/// Computes whole buckets and replaces their rows: minutes from events and emails, hours from their minutes' rows,
/// days from their hours' rows.
/// </summary>
internal sealed class BucketCompiler(StatisticsTable table, MinuteSource source, StatisticsHorizon horizon)
{
    private const int AtOnce = 4;

    /// <summary>Compiles minutes alone; <see cref="CompileCoarserAsync"/> has to follow.</summary>
    public Task<BucketChange> CompileMinutesAsync(IEnumerable<DateTimeOffset> minutes, CancellationToken cancellationToken) =>
        ReplaceAsync(Granularity.Minute, minutes, MinuteAsync, cancellationToken);

    /// <summary>Compiles the hours, then the days, that contain the minutes.</summary>
    /// <remarks>It also runs when no minute changed: an earlier run that changed one may have crashed before this step.</remarks>
    public async Task<BucketChange> CompileCoarserAsync(IReadOnlyCollection<DateTimeOffset> minutes, CancellationToken cancellationToken) =>
        await ReplaceAsync(Granularity.Hour, minutes, (bucket, token) => SumAsync(bucket, Granularity.Minute, token), cancellationToken)
        + await ReplaceAsync(Granularity.Day, minutes, (bucket, token) => SumAsync(bucket, Granularity.Hour, token), cancellationToken);

    private async Task<BucketChange> ReplaceAsync(
        Granularity granularity,
        IEnumerable<DateTimeOffset> times,
        Func<Bucket, CancellationToken, Task<IReadOnlyList<StatisticsRow>>> compute,
        CancellationToken cancellationToken)
    {
        var changes = new ConcurrentBag<BucketChange>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(times.Select(time => Bucket.Of(granularity, time)).Distinct(), parallel, async (bucket, token) =>
            changes.Add(await table.ReplaceAsync(bucket, inner => ComputeAsync(bucket, compute, inner), token)));
        return changes.Aggregate(BucketChange.None, (sum, change) => sum + change);
    }

    /// <returns>Null when the data that it is computed from may already be purged.</returns>
    private async Task<IReadOnlyList<StatisticsRow>?> ComputeAsync(
        Bucket bucket, Func<Bucket, CancellationToken, Task<IReadOnlyList<StatisticsRow>>> compute, CancellationToken cancellationToken)
    {
        var rows = await compute(bucket, cancellationToken);
        return await horizon.IsForgottenAsync(bucket, cancellationToken) ? null : rows;
    }

    private async Task<IReadOnlyList<StatisticsRow>> MinuteAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        var minute = new MinuteStatistics();
        await foreach (var email in source.EmailsOf(bucket.Start, cancellationToken))
            minute.Add(email);
        await foreach (var happened in source.EventsOf(bucket.Start, cancellationToken))
            minute.Add(happened);
        return minute.ToRows();
    }

    private async Task<IReadOnlyList<StatisticsRow>> SumAsync(Bucket bucket, Granularity finer, CancellationToken cancellationToken)
    {
        var rollup = new Rollup();
        await foreach (var (_, row) in table.ReadAsync(Bucket.Of(finer, bucket.Start), Bucket.Of(finer, bucket.End), cancellationToken: cancellationToken))
            rollup.Add(row);
        return rollup.ToRows();
    }
}
