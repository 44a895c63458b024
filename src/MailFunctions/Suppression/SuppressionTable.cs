using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Suppression;

/// <summary>
/// The table Suppressions: one row for each address. Only <see cref="SuppressionWriter"/> writes it,
/// and announces each change.
/// </summary>
internal sealed class SuppressionTable(StorageClients storage, ILogger<SuppressionTable> logger)
{
    private readonly TableClient _table = storage.Table(StorageNames.SuppressionsTable);

    public async Task<SuppressionEntry?> FindAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, cancellationToken: cancellationToken);
        return found.HasValue ? SuppressionMapping.FromEntity(found.Value!) : null;
    }

    /// <summary>Returns the entries of an address, under its key and under those of earlier versions.</summary>
    public async Task<IReadOnlyList<SuppressionEntry>> FindAsync(string address, CancellationToken cancellationToken)
    {
        var found = new List<SuppressionEntry>();
        foreach (var key in SuppressionKey.AllOf(address))
        {
            if (await FindAsync(key, cancellationToken) is { } entry)
                found.Add(entry);
        }

        return found;
    }

    /// <summary>Returns the keys of an address that have a row, in force or not, readable or not.</summary>
    public async Task<IReadOnlyList<SuppressionKey>> KeysAsync(string address, CancellationToken cancellationToken)
    {
        var found = new List<SuppressionKey>();
        foreach (var key in SuppressionKey.AllOf(address))
        {
            if (await ExistsAsync(key, cancellationToken))
                found.Add(key);
        }

        return found;
    }

    private async Task<bool> ExistsAsync(SuppressionKey key, CancellationToken cancellationToken) =>
        (await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, ["RowKey"], cancellationToken)).HasValue;

    /// <summary>Enumerates all entries after a key, in the order of keys. One that cannot be read is skipped.</summary>
    /// <param name="after">Null to begin with the first.</param>
    /// <param name="pageSize">1 to 1,000: the entries that one request asks storage for.</param>
    public async IAsyncEnumerable<SuppressionEntry> WalkAsync(
        SuppressionKey? after, SuppressionReason? reason, SuppressionScope? scope, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (partition, row) = after is { } key ? (key.PartitionKey, key.RowKey) : ("", "");
        // A row key begins with its partition key, so one bound on each is enough.
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {partition} and RowKey gt {row}");
        if (reason is { } one)
            filter += " and " + TableClient.CreateQueryFilter($"reason eq {one.Name()}");
        if (scope is { } which)
            filter += " and " + TableClient.CreateQueryFilter($"scope eq {which.Name()}");
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancellationToken))
        {
            if (ReadOrSkip(entity) is { } entry)
                yield return entry;
        }
    }

    /// <summary>Returns what a snapshot keeps of the entries in a range.</summary>
    public async Task<IReadOnlyList<(SuppressionKey Key, Suppressed Entry)>> ReadAsync(KeyRange range, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {range.First.PartitionKey} and RowKey ge {range.First.RowKey} and RowKey le {range.Last.RowKey}");
        var read = new List<(SuppressionKey, Suppressed)>();
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: SuppressionMapping.OfSnapshot, cancellationToken: cancellationToken))
        {
            if (SuppressionKey.TryParse(entity.RowKey, out var key))
                read.Add((key, ReadOrSkip(entity) is { } entry ? Suppressed.Of(entry) : Suppressed.Unreadable));
        }

        return read;
    }

    /// <summary>Counts the rows from one key to another, both included, in force or not, readable or not.</summary>
    /// <param name="most">The number at which counting stops.</param>
    public async Task<int> CountAsync(SuppressionKey first, SuppressionKey last, int most, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {first.PartitionKey} and PartitionKey le {last.PartitionKey} and RowKey ge {first.RowKey} and RowKey le {last.RowKey}");
        return await _table.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken).Take(most).CountAsync(cancellationToken);
    }

    /// <summary>
    /// Writes entries of one partition, each key once, at most <see cref="TableTransactions.MaxOperations"/>;
    /// existing rows are replaced.
    /// </summary>
    public async Task PutAsync(IReadOnlyList<SuppressionEntry> entries, CancellationToken cancellationToken)
    {
        if (entries.Count == 1)
        {
            await _table.UpsertEntityAsync(SuppressionMapping.ToEntity(entries[0]), TableUpdateMode.Replace, cancellationToken);
            return;
        }

        var actions = entries.Select(entry => new TableTransactionAction(TableTransactionActionType.UpsertReplace, SuppressionMapping.ToEntity(entry)));
        foreach (var slice in TableTransactions.Cut(actions))
            await _table.SubmitTransactionAsync(slice, cancellationToken);
    }

    /// <summary>Stores an entry unless there is another in force. Doing it again changes nothing.</summary>
    /// <returns>False when there is one, or one that cannot be read.</returns>
    public async Task<bool> TryAddAsync(SuppressionEntry entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await _table.AddEntityAsync(SuppressionMapping.ToEntity(entry), cancellationToken);
                return true;
            }
            catch (RequestFailedException taken) when (taken.Status == 409)
            {
                var standing = await _table.GetEntityIfExistsAsync<TableEntity>(entry.Key.PartitionKey, entry.Key.RowKey, cancellationToken: cancellationToken);
                if (standing.HasValue && (ReadOrSkip(standing.Value!) is not { } other || other.IsInForce(now)))
                    return false;
                if (standing.HasValue && await TryReplaceAsync(entry, standing.Value!.ETag, cancellationToken))
                    return true;
            }
        }
    }

    /// <summary>Deletes an entry that the app stored itself.</summary>
    /// <returns>False when there is none, or a caller's.</returns>
    public async Task<bool> TryRemoveAutomaticAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, cancellationToken: cancellationToken);
        if (!found.HasValue || ReadOrSkip(found.Value!)?.Mail is null)
            return false;
        try
        {
            await _table.DeleteEntityAsync(key.PartitionKey, key.RowKey, found.Value!.ETag, cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 412)
        {
            return false;
        }
    }

    private async Task<bool> TryReplaceAsync(SuppressionEntry entry, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(SuppressionMapping.ToEntity(entry), etag, TableUpdateMode.Replace, cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Deletes an entry; no error when it is already gone.</summary>
    public Task RemoveAsync(SuppressionKey key, CancellationToken cancellationToken) =>
        _table.DeleteEntityAsync(key.PartitionKey, key.RowKey, ETag.All, cancellationToken);

    private SuppressionEntry? ReadOrSkip(TableEntity entity)
    {
        try
        {
            return SuppressionMapping.FromEntity(entity);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            logger.UnreadableRow(StorageNames.SuppressionsTable, entity.PartitionKey, entity.RowKey);
            return null;
        }
    }
}
