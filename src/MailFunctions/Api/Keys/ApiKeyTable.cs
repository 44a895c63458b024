using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Api.Keys;

/// <summary>
/// The table ApiKeys. Rows are inserted and marked revoked, never deleted. Beside the keys, in a partition of its own, it has
/// the key under which their checks are made: whoever restores the one has the other.
/// </summary>
internal sealed class ApiKeyTable(StorageClients storage)
{
    private const string CheckPartition = "check";
    private const string CheckRow = "hmac-sha256";
    private const string CheckValue = "value";

    private readonly TableClient _table = storage.Table(StorageNames.ApiKeysTable);

    public Task CreateAsync(CancellationToken cancellationToken) => _table.CreateIfNotExistsAsync(cancellationToken);

    /// <summary>False also where the table was never made.</summary>
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

    /// <returns>The oldest first.</returns>
    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken) =>
        ListAsync(TableClient.CreateQueryFilter($"PartitionKey eq {ApiKey.Partition}"), cancellationToken);

    /// <summary>The keys that earlier versions of the app made; none where the table was never made.</summary>
    public async Task<IReadOnlyList<ApiKey>> ListWithoutCheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(TableClient.CreateQueryFilter($"PartitionKey eq {ApiKey.Partition} and v lt {ApiKey.FirstWithCheck}"), cancellationToken);
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return [];
        }
    }

    /// <returns>Null while no key with a check was ever made.</returns>
    public async Task<byte[]?> FindCheckKeyAsync(CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(CheckPartition, CheckRow, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value!.GetBinary(CheckValue) : null;
    }

    /// <summary>Makes it when it is missing.</summary>
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
                // Another was first, or our own write whose answer was lost: what stands counts.
            }
        }
    }

    /// <remarks>An insert whose answer was lost and that is repeated meets its own row, which its hash tells from another's.</remarks>
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

    /// <returns>False when there is no such key.</returns>
    public async Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken)
    {
        if (await ReadAsync(id, cancellationToken) is not { } key)
            return false;

        // Nothing else of a row ever changes, and twice revoked is revoked.
        if (key.RevokedAt is null)
            await _table.UpdateEntityAsync(new TableEntity(ApiKey.Partition, id) { ["revoked_at"] = RowValues.Time(at) }, ETag.All, TableUpdateMode.Merge, cancellationToken);
        return true;
    }

    private async Task<IReadOnlyList<ApiKey>> ListAsync(string filter, CancellationToken cancellationToken) =>
        [.. (await _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken)).Select(ApiKey.FromEntity).OrderBy(key => key.CreatedAt)];
}
