using Azure.Data.Tables;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Schedule;

/// <summary>
/// The timer that moves due mail from the schedule to its lane: puts the queue message, then deletes the row. A crash in
/// between puts it twice, which the claim makes harmless.
/// </summary>
internal sealed class Dispatcher(StorageClients storage, LaneQueues queues, TimeProvider clock, ILogger<Dispatcher> logger)
{
    /// <summary>Rows due before the next run are put now, hidden until they are due.</summary>
    private static readonly TimeSpan LookAhead = TimeSpan.FromSeconds(90);

    private const int ParallelShards = 4;

    private readonly TableClient _table = storage.Table(StorageNames.ScheduleTable);

    /// <returns>How many mails were put on a queue.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, EmailId.Shards),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelShards, CancellationToken = cancellationToken },
            async (shard, token) => Interlocked.Add(ref moved, await DispatchShardAsync(shard, token)));
        if (moved > 0)
            logger.Dispatched(moved);
        return moved;
    }

    private async Task<int> DispatchShardAsync(int shard, CancellationToken cancellationToken)
    {
        var partition = ScheduleRow.Partition(shard);
        var until = ScheduleRow.Ticks(clock.GetUtcNow() + LookAhead);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey lt {until}");
        var moved = 0;
        await foreach (var page in _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).AsPages())
        {
            foreach (var some in page.Values.Select(ReadOrSkip).OfType<ScheduleRow>().Chunk(TableTransactions.MaxOperations))
            {
                await PutAsync(some, cancellationToken);
                // Gone already: another dispatcher was faster.
                await TableTransactions.DeleteAsync(_table, some.Select(row => (row.PartitionKey, row.RowKey)), cancellationToken);
                moved += some.Length;
            }
        }

        return moved;
    }

    /// <summary>One row that cannot be read must not stop its shard.</summary>
    private ScheduleRow? ReadOrSkip(TableEntity entity)
    {
        try
        {
            return ScheduleRow.FromEntity(entity);
        }
        catch (Exception exception) when (exception is InvalidDataException or FormatException)
        {
            logger.UnreadableRow(StorageNames.ScheduleTable, entity.PartitionKey, entity.RowKey);
            return null;
        }
    }

    /// <summary>Those of one ledger partition that are due at the same second share messages.</summary>
    private async Task PutAsync(IReadOnlyList<ScheduleRow> rows, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var together in rows.GroupBy(row => (row.Lane, row.Mail.Id.PartitionKey, Wait: Math.Max(0, Math.Ceiling((row.Due - now).TotalSeconds)))))
            await queues.PutAsync(together.Key.Lane, [.. together.Select(row => row.Mail)], TimeSpan.FromSeconds(together.Key.Wait), cancellationToken);
    }
}
