using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Queue;

/// <summary>
/// Moves due mail from the schedule to its lane, by a timer: puts the queue message, then deletes the row. A crash in
/// between puts the message twice, which the claim makes harmless.
/// </summary>
internal sealed class Dispatcher(StorageClients storage, LaneQueues queues, TimeProvider clock, ILogger<Dispatcher> logger)
{
    /// <summary>Rows due before the next run are put now, hidden until they are due.</summary>
    private static readonly TimeSpan LookAhead = TimeSpan.FromSeconds(90);

    /// <summary>
    /// Up to this many mails of a shard get a message each, since one worker makes the attempts of a message one after the
    /// other. The more there are, the more share a message: a queue takes 2,000 messages a second, and an emulator's slows
    /// down with every message on it.
    /// </summary>
    private const int MessagesForFew = 40;

    /// <summary>The most mails of different partitions in one message: as many as a worker claims together within a partition.</summary>
    private const int MaxStrangers = 25;

    private readonly TableClient _table = storage.Table(StorageNames.ScheduleTable);

    /// <returns>The number of mails put on a queue.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var moved = 0;
        // All shards in parallel: otherwise the mail of the last shard would be late.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, EmailId.Shards),
            new ParallelOptions { MaxDegreeOfParallelism = EmailId.Shards, CancellationToken = cancellationToken },
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
            var rows = page.Values.Select(row => UnreadableRow.ReadOrSkip(row, ScheduleRow.FromEntity, StorageNames.ScheduleTable, logger)).OfType<ScheduleRow>().ToList();
            foreach (var some in rows.Chunk(TableTransactions.MaxOperations))
            {
                await PutAsync(some, Math.Clamp(rows.Count / MessagesForFew, 1, MaxStrangers), cancellationToken);
                // Rows that are gone were deleted by another, faster dispatcher.
                await TableTransactions.DeleteAsync(_table, some.Select(row => (row.PartitionKey, row.RowKey)), cancellationToken);
                moved += some.Length;
            }
        }

        return moved;
    }

    /// <summary>
    /// Puts mails that are due at the same second: those of one partition share messages, also with other partitions if many are due.
    /// </summary>
    /// <param name="strangers">The most mails of several partitions that one message may name.</param>
    private async Task PutAsync(IReadOnlyList<ScheduleRow> rows, int strangers, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var together in rows.GroupBy(row => (row.Lane, Wait: Math.Max(0, Math.Ceiling((row.Due - now).TotalSeconds)))))
        {
            var neighbours = together.Select(row => row.Mail).GroupBy(mail => mail.Id.PartitionKey).Select(partition => partition.ToList());
            foreach (var mails in Pack(neighbours, strangers))
                await queues.PutAsync(together.Key.Lane, mails, TimeSpan.FromSeconds(together.Key.Wait), cancellationToken);
        }
    }

    /// <summary>Joins groups up to <paramref name="size"/> mails, and divides none.</summary>
    private static IEnumerable<List<NamedAttempt>> Pack(IEnumerable<List<NamedAttempt>> groups, int size)
    {
        List<NamedAttempt> pack = [];
        foreach (var group in groups)
        {
            if (pack.Count > 0 && pack.Count + group.Count > size)
            {
                yield return pack;
                pack = [];
            }

            pack.AddRange(group);
        }

        if (pack.Count > 0)
            yield return pack;
    }
}
