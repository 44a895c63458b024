using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Intake.Idempotency;

/// <summary>The table Idempotency. The first request to insert a key holds it.</summary>
internal sealed class IdempotencyTable(StorageClients storage)
{
    private readonly TableClient _table = storage.Table(StorageNames.IdempotencyTable);

    public async Task<IdempotencyRow?> ReadAsync(IdempotencyKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.Scope, key.Row, cancellationToken: cancellationToken);
        return found.HasValue ? IdempotencyRow.FromEntity(found.Value!) : null;
    }

    /// <param name="row">The row, with the ETag of the one that it replaces; without an ETag it is inserted.</param>
    /// <returns>The row with its new ETag; null when another request was faster.</returns>
    public async Task<IdempotencyRow?> TryWriteAsync(IdempotencyRow row, CancellationToken cancellationToken)
    {
        var entity = (row = row with { Token = WriteToken.New() }).ToEntity();
        try
        {
            var response = row.ETag == default
                ? await _table.AddEntityAsync(entity, cancellationToken)
                : await _table.UpdateEntityAsync(entity, row.ETag, TableUpdateMode.Replace, cancellationToken);
            return row with { ETag = response.Headers.ETag!.Value };
        }
        catch (RequestFailedException conflict) when (conflict.Status is 404 or 409 or 412)
        {
            // The SDK repeats a write whose answer was lost: finding our own token means that we succeeded.
            return await ReadAsync(row.Key, cancellationToken) is { } standing && standing.Token == row.Token ? standing : null;
        }
    }
}
