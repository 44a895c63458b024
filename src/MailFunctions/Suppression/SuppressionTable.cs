using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Suppression;

/// <summary>
/// The table Suppressions: one row for each address, and one for each topic that it left. Only <see cref="SuppressionWriter"/>
/// and <see cref="Unsubscriptions"/> write it, and announce each change.
/// </summary>
internal sealed class SuppressionTable(StorageClients storage, ILogger<SuppressionTable> logger)
{
    private readonly TableClient _table = storage.Table(StorageNames.SuppressionsTable);

    public async Task<SuppressionEntry?> FindAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, cancellationToken: cancellationToken);
        return found.HasValue ? SuppressionMapping.FromEntity(found.Value!) : null;
    }

    /// <summary>Returns the entries of an address, or of an address and a topic, the strongest first.</summary>
    /// <param name="topic">Null for the entries that concern no topic.</param>
    public async Task<IReadOnlyList<SuppressionEntry>> FindAsync(string address, string? topic, CancellationToken cancellationToken)
    {
        var found = new List<SuppressionEntry>();
        foreach (var key in SuppressionKey.Naming(address, topic))
        {
            if (await FindAsync(key, cancellationToken) is { } entry)
                found.Add(entry);
        }

        return found;
    }

    /// <summary>Returns the keys of an address, or of an address and a topic, that have a row, in force or not, readable or not.</summary>
    /// <inheritdoc cref="FindAsync(string, string?, CancellationToken)" path="/param"/>
    public async Task<IReadOnlyList<SuppressionKey>> KeysAsync(string address, string? topic, CancellationToken cancellationToken)
    {
        var found = new List<SuppressionKey>();
        foreach (var key in SuppressionKey.Naming(address, topic))
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
        SuppressionKey? after, SuppressionReason? reason, SuppressionScope? scope, string? topic, int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (partition, row) = after is { } key ? (key.PartitionKey, key.RowKey) : ("", "");
        // A row key begins with its partition key, so one bound on each is enough.
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {partition} and RowKey gt {row}");
        if (reason is { } one)
            filter += " and " + TableClient.CreateQueryFilter($"reason eq {one.Name()}");
        if (scope is { } which)
            filter += " and " + TableClient.CreateQueryFilter($"scope eq {which.Name()}");
        if (topic is not null)
            filter += " and " + TableClient.CreateQueryFilter($"topic eq {topic}");
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, pageSize, cancellationToken: cancellationToken))
        {
            if (ReadOrSkip(entity) is { } entry)
                yield return entry;
        }
    }

    /// <summary>Enumerates what a snapshot keeps of the entries in a range, in the order of keys.</summary>
    public async IAsyncEnumerable<(SuppressionKey Key, Suppressed Entry)> ReadAsync(KeyRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {range.First.PartitionKey} and RowKey ge {range.First.RowKey} and RowKey le {range.Last.RowKey}");
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: SuppressionMapping.OfSnapshot, cancellationToken: cancellationToken))
        {
            if (SuppressionKey.TryParse(entity.RowKey, out var key))
                yield return (key, SuppressedOf(entity));
        }
    }

    /// <summary>Returns what a snapshot keeps of one entry; null when there is none.</summary>
    public async Task<Suppressed?> FindSuppressedAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, SuppressionMapping.OfSnapshot, cancellationToken);
        return found.HasValue ? SuppressedOf(found.Value!) : null;
    }

    /// <summary>Returns what stands under a key: the row's tag, and the entry, which is null if this version of the app cannot read it.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<(ETag Tag, SuppressionEntry? Entry)?> StandingAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, cancellationToken: cancellationToken);
        return found.HasValue ? (found.Value!.ETag, ReadOrSkip(found.Value)) : null;
    }

    /// <summary>Writes an entry unless its row was written since it was read.</summary>
    /// <param name="standing">The tag of the row; null when there was none.</param>
    public async Task<bool> TryPutAsync(SuppressionEntry entry, ETag? standing, CancellationToken cancellationToken)
    {
        try
        {
            if (standing is { } tag)
                await _table.UpdateEntityAsync(SuppressionMapping.ToEntity(entry), tag, TableUpdateMode.Replace, cancellationToken);
            else
                await _table.AddEntityAsync(SuppressionMapping.ToEntity(entry), cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status is 409 or 412 || (changed.Status == 404 && standing is not null))
        {
            return false;
        }
    }

    /// <summary>Returns the keys of all entries of an address, those for topics included.</summary>
    public async Task<IReadOnlyList<SuppressionKey>> AllKeysAsync(string address, CancellationToken cancellationToken)
    {
        var range = SuppressionKey.RangeOf(address);
        var keys = (await KeysAsync(address, topic: null, cancellationToken)).ToList();
        await foreach (var (key, _) in ReadAsync(range, cancellationToken))
            keys.Add(key);
        return [.. keys.Distinct()];
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

    /// <summary>Deletes an entry unless its row was written since it was read.</summary>
    public async Task<bool> TryRemoveAsync(SuppressionKey key, ETag standing, CancellationToken cancellationToken)
    {
        try
        {
            await _table.DeleteEntityAsync(key.PartitionKey, key.RowKey, standing, cancellationToken);
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

    private Suppressed SuppressedOf(TableEntity entity) => ReadOrSkip(entity) is { } entry ? Suppressed.Of(entry) : Suppressed.Unreadable;

    private SuppressionEntry? ReadOrSkip(TableEntity entity) => UnreadableRow.ReadOrSkip(entity, SuppressionMapping.FromEntity, StorageNames.SuppressionsTable, logger);
}
