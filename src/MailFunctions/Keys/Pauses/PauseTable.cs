using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Keys.Pauses;

/// <summary>The table Pauses: one row for each paused target, in one partition.</summary>
internal sealed class PauseTable(StorageClients storage, ILogger<PauseTable> logger)
{
    /// <summary>Every process holds all of them in memory, and reads them every few seconds.</summary>
    public const int MostPauses = 500;

    private readonly TableClient _table = storage.Table(StorageNames.PausesTable);

    /// <summary>
    /// Lists all pauses, ended ones included; none when the table does not exist. One that this version cannot read is
    /// skipped, and logged as an error.
    /// </summary>
    public async Task<IReadOnlyList<Pause>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            var rows = await _table.QueryAsync<TableEntity>(row => row.PartitionKey == Pause.Partition, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
            return [.. rows.Select(row => UnreadableRow.ReadOrSkip(row, Pause.FromEntity, StorageNames.PausesTable, logger)).OfType<Pause>()];
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            return [];
        }
    }

    public Task PutAsync(Pause pause, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(pause.ToEntity(), TableUpdateMode.Replace, cancellationToken);

    /// <returns>False if there was no such row.</returns>
    public async Task<bool> RemoveAsync(PauseTarget target, CancellationToken cancellationToken) =>
        (await _table.DeleteEntityAsync(Pause.Partition, target.RowKey, ETag.All, cancellationToken)).Status != 404;
}
