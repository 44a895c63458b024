using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Keys.Audit;

/// <summary>The table Audit. Rows are inserted, never changed, and deleted only by age.</summary>
internal sealed class AuditTable(StorageClients storage, ILogger<AuditTable> logger)
{
    /// <summary>One less than Azure's limit of a page, so that twice its half and one more are within that.</summary>
    private const int PageRows = 999;

    private readonly TableClient _table = storage.Table(StorageNames.AuditTable);

    public Task CreateAsync(CancellationToken cancellationToken) => _table.CreateIfNotExistsAsync(cancellationToken);

    /// <summary>Inserts the first row of a call, or its only one if the result is known already.</summary>
    public Task AddAsync(AuditEntry entry, CancellationToken cancellationToken) => InsertAsync(AuditMapping.ToEntity(entry), cancellationToken);

    public Task AddResultAsync(AuditKey key, AuditResult result, CancellationToken cancellationToken) => InsertAsync(AuditMapping.ToEntity(key, result), cancellationToken);

    /// <summary>Asks for a row that does not exist: the answer tells the time of the storage service.</summary>
    public Task TouchAsync(CancellationToken cancellationToken) => _table.GetEntityIfExistsAsync<TableEntity>("clock", "clock", cancellationToken: cancellationToken);

    /// <summary>Enumerates entries, the newest first. A row that this version cannot read is skipped.</summary>
    /// <param name="most">The number of entries that the caller is likely to take.</param>
    public async IAsyncEnumerable<AuditEntry> WalkAsync(AuditRange range, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // An entry has two rows at most, and the row behind the last entry shows that it is complete.
        var pageSize = (2 * Math.Min(most, PageRows / 2)) + 1;
        AuditEntry? held = null;
        await foreach (var row in _table.QueryAsync<TableEntity>(range.Filter, pageSize, cancellationToken: cancellationToken))
        {
            if (held is not null && row.RowKey == held.Key.ResultRowKey)
            {
                var result = UnreadableRow.ReadOrSkip(row, AuditMapping.ResultOf, StorageNames.AuditTable, logger);
                yield return held with { Result = result, Target = result?.Target ?? held.Target };
                held = null;
                continue;
            }

            if (held is not null)
                yield return held;
            held = AuditKey.TryParse(row.RowKey, out var key) ? UnreadableRow.ReadOrSkip(row, entity => AuditMapping.FromEntity(entity, key.Value), StorageNames.AuditTable, logger) : null;
        }

        if (held is not null)
            yield return held;
    }

    /// <summary>Deletes the rows that are older than a time, by their key and by the storage service's own time.</summary>
    /// <remarks>
    /// A wrong clock may have filed a row under any day. One that claims a day long past stays until the service says so too;
    /// one that claims a day to come is deleted when it has become old.
    /// </remarks>
    /// <param name="mayGoOn">Called between pages; false stops the deletion.</param>
    /// <returns>False if it was stopped.</returns>
    public async Task<bool> DeleteBeforeAsync(DateTimeOffset bound, DateTimeOffset now, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        // The day of the bound is kept whole: its last entry becomes old within a day. Two ranges of keys are two queries:
        // storage would walk the whole table for one that joins them.
        foreach (var filter in (string[])
        [
            TableClient.CreateQueryFilter($"PartitionKey gt {AuditKey.PartitionOf(bound)} and Timestamp lt {bound}"),
            TableClient.CreateQueryFilter($"PartitionKey lt {AuditKey.PartitionOf(now)} and Timestamp lt {bound}"),
        ])
        {
            await foreach (var page in _table.QueryAsync<TableEntity>(filter, PageRows, ["PartitionKey", "RowKey"], cancellationToken).AsPages())
            {
                foreach (var day in page.Values.GroupBy(row => row.PartitionKey))
                    await TableTransactions.DeleteAsync(_table, day.Select(row => (row.PartitionKey, row.RowKey)), cancellationToken);
                if (!mayGoOn())
                    return false;
            }
        }

        return true;
    }

    /// <remarks>A key is never used twice, so a conflict is with the insert's own first try, whose answer was lost.</remarks>
    private async Task InsertAsync(TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException own) when (own.Status == 409)
        {
            // It is stored.
        }
    }
}
