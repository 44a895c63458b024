using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Statistics;

/// <summary>The table Statistics: one partition for each <see cref="Bucket"/>, one row for each dimension and value.</summary>
internal sealed class StatisticsTable(TableClient table)
{
    public const string TableName = "Statistics";

    private const int MaxTries = 5;

    /// <summary>
    /// Enumerates the rows of the buckets from <paramref name="from"/> to before <paramref name="to"/>, in order of time;
    /// both have one granularity.
    /// </summary>
    /// <param name="dimension">Null for all.</param>
    public async IAsyncEnumerable<(Bucket Bucket, StatisticsRow Row)> ReadAsync(
        Bucket from, Bucket to, Dimension? dimension = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var entity in table.QueryAsync<TableEntity>(Filter(from, to, dimension), cancellationToken: cancellationToken))
            yield return (Bucket.Parse(entity.PartitionKey), StatisticsEntity.Read(entity));
    }

    /// <summary>Enumerates the rows as <see cref="ReadAsync"/> does, with only the value and <paramref name="measures"/> of each.</summary>
    public async IAsyncEnumerable<StatisticsRow> ReadOnlyAsync(
        Bucket from, Bucket to, Dimension dimension, IEnumerable<Measure> measures, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var columns = StatisticsEntity.Columns(measures);
        await foreach (var entity in table.QueryAsync<TableEntity>(Filter(from, to, dimension), select: columns, cancellationToken: cancellationToken))
            yield return StatisticsEntity.Read(entity);
    }

    /// <returns>The first bucket from <paramref name="from"/> to before <paramref name="to"/> that has a row.</returns>
    public async Task<Bucket?> FirstAsync(Bucket from, Bucket to, CancellationToken cancellationToken)
    {
        await foreach (var row in table.QueryAsync<TableEntity>(Filter(from, to, dimension: null), maxPerPage: 1, select: ["PartitionKey"], cancellationToken))
            return Bucket.Parse(row.PartitionKey);
        return null;
    }

    /// <summary>
    /// Replaces the bucket's rows by those that <paramref name="compute"/> returns: writes those that differ, deletes
    /// those that are missing, keeps the rest. If it is stopped halfway, the next call completes it.
    /// </summary>
    /// <param name="compute">Null: the rows stay as they are.</param>
    /// <remarks>
    /// The rows are read before anything is computed, and every write is conditional on what was read: a compiler that was
    /// overtaken by a later one cannot overwrite the newer figures with its older ones; its write fails, and it begins the
    /// bucket again. So does a compiler whose write had succeeded before the client retried it: it then finds nothing to do.
    /// </remarks>
    /// <exception cref="RequestFailedException">The storage service failed, or other compilers kept changing the bucket.</exception>
    public async Task<BucketChange> ReplaceAsync(
        Bucket bucket, Func<CancellationToken, Task<IReadOnlyList<StatisticsRow>?>> compute, CancellationToken cancellationToken)
    {
        var change = BucketChange.None;
        for (var tries = 1; ; tries++)
        {
            var existing = await ExistingAsync(bucket, cancellationToken);
            if (await compute(cancellationToken) is not { } rows)
                return change with { IsEmpty = existing.Count == 0 };
            try
            {
                foreach (var batch in TableTransactions.Cut(Differences(bucket, existing, rows)))
                {
                    await table.SubmitTransactionAsync(batch, cancellationToken);
                    change += BucketChange.Of(batch);
                }

                return change with { IsEmpty = existing.Count == 0 && rows.Count == 0 };
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412 && tries < MaxTries)
            {
                // Overtaken, or our own write seen again: read and compute anew.
            }
        }
    }

    /// <summary>Deletes the rows of all buckets before one, the oldest first.</summary>
    /// <param name="mayGoOn">Called between pages; false stops the deletion.</param>
    public async Task DeleteBeforeAsync(Bucket end, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        var first = Bucket.Of(end.Granularity, DateTimeOffset.UnixEpoch);
        await foreach (var page in table.QueryAsync<TableEntity>(Filter(first, end, dimension: null), select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).AsPages())
        {
            foreach (var bucket in page.Values.GroupBy(row => row.PartitionKey))
                await TableTransactions.DeleteAsync(table, bucket.Select(row => (row.PartitionKey, row.RowKey)), cancellationToken);
            if (!mayGoOn())
                return;
        }
    }

    private static string Filter(Bucket from, Bucket to, Dimension? dimension)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from.PartitionKey} and PartitionKey lt {to.PartitionKey}");
        return dimension is { } one
            ? filter + " and " + TableClient.CreateQueryFilter($"RowKey ge {StatisticsKey.Prefix(one)} and RowKey lt {StatisticsKey.End(one)}")
            : filter;
    }

    private static IEnumerable<TableTransactionAction> Differences(
        Bucket bucket, Dictionary<string, TableEntity> existing, IReadOnlyList<StatisticsRow> rows)
    {
        var gone = new Dictionary<string, TableEntity>(existing, StringComparer.Ordinal);
        foreach (var entity in rows.Select(row => StatisticsEntity.Of(bucket, row)))
        {
            if (!gone.Remove(entity.RowKey, out var old))
                yield return new(TableTransactionActionType.Add, entity);
            else if (!StatisticsEntity.SameContent(entity, old))
                yield return new(TableTransactionActionType.UpdateReplace, entity, old.ETag);
        }

        foreach (var old in gone.Values)
            yield return new(TableTransactionActionType.Delete, new TableEntity(old.PartitionKey, old.RowKey), old.ETag);
    }

    private async Task<Dictionary<string, TableEntity>> ExistingAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {bucket.PartitionKey}");
        var rows = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            rows[entity.RowKey] = entity;
        return rows;
    }
}

/// <summary>The result of replacing the rows of a bucket.</summary>
/// <param name="IsEmpty">The bucket had no rows, and has none.</param>
internal readonly record struct BucketChange(int Written, int Deleted, bool IsEmpty)
{
    public static readonly BucketChange None = new(0, 0, IsEmpty: true);

    public static BucketChange Of(IReadOnlyList<TableTransactionAction> done)
    {
        var deleted = done.Count(action => action.ActionType == TableTransactionActionType.Delete);
        return new(done.Count - deleted, deleted, IsEmpty: false);
    }

    public static BucketChange operator +(BucketChange left, BucketChange right) =>
        new(left.Written + right.Written, left.Deleted + right.Deleted, left.IsEmpty && right.IsEmpty);
}
