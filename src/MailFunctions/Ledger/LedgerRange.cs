using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>Reads the ledger by the time of its ids, over all shards.</summary>
internal sealed class LedgerRange(StorageClients storage, ILogger<LedgerRange> logger)
{
    /// <summary>Rows in one answer of storage: 16 shards are read at once, and each may read up to a page too much.</summary>
    private const int PageSize = 250;

    private readonly TableClient _table = storage.Table(StorageNames.EmailsTable);

    /// <summary>Reads mails from <paramref name="first"/> to before <paramref name="end"/> without content, the highest id first.</summary>
    /// <param name="most">Reading stops beyond this many rows.</param>
    public Task<LedgerSlice> ReadAsync(EmailId first, EmailId end, int most, CancellationToken cancellationToken) => ReadAsync(first, end, most, "", cancellationToken);

    /// <summary>Reads those of them that one process has charged to quotas.</summary>
    /// <param name="process">The token with which the property <c>quota</c> of their rows begins, before a space.</param>
    public Task<LedgerSlice> ReadChargedAsync(EmailId first, EmailId end, int most, string process, CancellationToken cancellationToken) =>
        ReadAsync(first, end, most, " and " + TableClient.CreateQueryFilter($"quota gt {process + " "} and quota lt {process + "!"}"), cancellationToken);

    private async Task<LedgerSlice> ReadAsync(EmailId first, EmailId end, int most, string condition, CancellationToken cancellationToken)
    {
        var (read, unreadable) = (0, 0);
        var shards = await Task.WhenAll(Enumerable.Range(0, EmailId.Shards).Select(ReadShardAsync));
        return read > most
            ? new LedgerSlice(read, 0, null)
            : new LedgerSlice(read, unreadable, [.. shards.SelectMany(rows => rows).OrderByDescending(row => row.Id)]);

        async Task<List<LedgerRow>> ReadShardAsync(int shard)
        {
            var rows = new List<LedgerRow>();
            var query = _table.QueryAsync<TableEntity>(Filter(shard, first, end) + condition, PageSize, LedgerRowMapping.WithoutContent, cancellationToken);
            await foreach (var entity in query)
            {
                if (Interlocked.Increment(ref read) > most)
                    break;
                if (LedgerRowMapping.FromEntityOrSkip(entity, logger) is not { } row)
                    Interlocked.Increment(ref unreadable);
                else if (row.State != EmailState.Void)
                    rows.Add(row);
            }

            return rows;
        }
    }

    /// <summary>The filter for one shard. RowKeys ascend with time in every partition, so one range fits a range of partitions.</summary>
    private static string Filter(int shard, EmailId first, EmailId end)
    {
        var (low, high) = (MinutePartition.Key(shard, first.MintedAt), MinutePartition.Key(shard, end.MintedAt));
        return low == high
            ? TableClient.CreateQueryFilter($"PartitionKey eq {low} and RowKey ge {first.RowKey} and RowKey lt {end.RowKey}")
            : TableClient.CreateQueryFilter($"PartitionKey ge {low} and PartitionKey le {high} and RowKey ge {first.RowKey} and RowKey lt {end.RowKey}");
    }
}

/// <param name="Read">The number of rows that storage returned, void rows included.</param>
/// <param name="Unreadable">The number of them that this version of the app cannot read; 0 if Rows is null.</param>
/// <param name="Rows">Null if there were more than wanted.</param>
internal sealed record LedgerSlice(int Read, int Unreadable, IReadOnlyList<LedgerRow>? Rows);
