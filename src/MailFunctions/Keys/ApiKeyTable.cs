using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Keys;

/// <summary>
/// The table ApiKeys. Rows are inserted, changed and marked revoked, never deleted. A partition of its own holds the key for the
/// checks of the API keys, so that a backup of the table contains both. A row that cannot be read is left out of the lists,
/// and can be revoked.
/// </summary>
internal sealed class ApiKeyTable(StorageClients storage, ILogger<ApiKeyTable> logger)
{
    private const string CheckPartition = "check";
    private const string CheckRow = "hmac-sha256";
    private const string CheckValue = "value";
    private const string RevokedAt = "revoked_at";

    private readonly TableClient _table = storage.Table(StorageNames.ApiKeysTable);

    public Task CreateAsync(CancellationToken cancellationToken) => _table.CreateIfNotExistsAsync(cancellationToken);

    /// <summary>Tests whether any key exists; false also when the table does not exist.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _table.QueryAsync<TableEntity>(row => row.PartitionKey == ApiKey.Partition, maxPerPage: 1, select: ["RowKey"], cancellationToken).AnyAsync(cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return false;
        }
    }

    public async Task<ApiKey?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(ApiKey.Partition, id, cancellationToken: cancellationToken);
        return found.HasValue ? ApiKey.FromEntity(found.Value!) : null;
    }

    /// <returns>The keys, oldest first.</returns>
    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        ListAsync(TableClient.CreateQueryFilter($"PartitionKey eq {ApiKey.Partition}"), cancellationToken);

    /// <summary>Reads keys in the order of their ids.</summary>
    /// <param name="after">The id before the first; empty to begin.</param>
    /// <returns>As many as there are rows, up to <paramref name="count"/>, with their ids; null for a row that cannot be read.</returns>
    public async Task<IReadOnlyList<(string Id, ApiKey? Key)>> ReadPageAsync(string after, int count, CancellationToken cancellationToken) =>
    [
        .. (await _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {ApiKey.Partition} and RowKey gt {after}"), count, cancellationToken: cancellationToken)
            .Take(count).ToListAsync(cancellationToken)).Select(row => (row.RowKey, ReadOrSkip(row))),
    ];

    /// <summary>Lists the keys without a check in their text; none when the table does not exist.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListWithoutCheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(TableClient.CreateQueryFilter($"PartitionKey eq {ApiKey.Partition} and (v lt {ApiKey.FirstWithCheck} or unchecked eq true)"), cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return [];
        }
    }

    /// <returns>Null until a key with a check is made.</returns>
    public async Task<byte[]?> FindCheckKeyAsync(CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(CheckPartition, CheckRow, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value!.GetBinary(CheckValue) : null;
    }

    /// <summary>Reads the key for the checks, and creates it when it is missing.</summary>
    public async Task<byte[]> CheckKeyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await FindCheckKeyAsync(cancellationToken) is { } standing)
                return standing;
            try
            {
                await _table.AddEntityAsync(new TableEntity(CheckPartition, CheckRow) { [CheckValue] = RandomNumberGenerator.GetBytes(ApiKeyText.CheckKeyBytes) }, cancellationToken);
            }
            catch (RequestFailedException taken) when (taken.Status == 409)
            {
                // Another process was first, or the answer to our own write was lost: the stored value counts.
            }
        }
    }

    /// <remarks>When an insert is repeated after a lost answer, it finds its own row, which it recognises by the hash.</remarks>
    public async Task AddAsync(ApiKey key, CancellationToken cancellationToken)
    {
        try
        {
            await _table.AddEntityAsync(key.ToEntity(), cancellationToken);
        }
        catch (RequestFailedException taken) when (taken.Status == 409)
        {
            if (await ReadAsync(key.Id, cancellationToken) is not { } standing || !standing.Hash.AsSpan().SequenceEqual(key.Hash))
                throw;
        }
    }

    /// <summary>Writes the terms of a key that was read.</summary>
    /// <returns>False when its row has changed since.</returns>
    public Task<bool> TryChangeAsync(ApiKey key, CancellationToken cancellationToken) => TryMergeAsync(key.ToChange(), key.ETag, cancellationToken);

    /// <summary>Marks a key as revoked, whatever else its row holds. A second revocation changes nothing.</summary>
    /// <returns>False when there is no such row.</returns>
    public async Task<bool> TryRevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        while (await _table.GetEntityIfExistsAsync<TableEntity>(ApiKey.Partition, id, [RevokedAt], cancellationToken) is { HasValue: true, Value: { } row })
        {
            if (row.TryGetValue(RevokedAt, out var standing) && standing is DateTimeOffset time && time != RowValues.Time(null))
                return true;
            if (await TryMergeAsync(new TableEntity(ApiKey.Partition, id) { [RevokedAt] = RowValues.Time(at) }, row.ETag, cancellationToken))
                return true;
        }

        return false;
    }

    /// <summary>Notes a use of a key that was read, unless its row has changed since: another instance may have noted one.</summary>
    public Task<bool> TryNoteUseAsync(ApiKey key, DateTimeOffset at, CancellationToken cancellationToken) =>
        TryMergeAsync(new TableEntity(ApiKey.Partition, key.Id) { ["last_used_at"] = RowValues.Time(at) }, key.ETag, cancellationToken);

    private async Task<bool> TryMergeAsync(TableEntity change, ETag etag, CancellationToken cancellationToken)
    {
        try
        {
            await _table.UpdateEntityAsync(change, etag, TableUpdateMode.Merge, cancellationToken);
            return true;
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<ApiKey>> ListAsync(string filter, CancellationToken cancellationToken) =>
        [.. (await _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken)).Select(ReadOrSkip).OfType<ApiKey>().OrderBy(key => key.CreatedAt)];

    private ApiKey? ReadOrSkip(TableEntity row) => UnreadableRow.ReadOrSkip(row, ApiKey.FromEntity, StorageNames.ApiKeysTable, logger);
}
