using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Quotas;

/// <summary>The table Quotas, row <c>volume</c> of a key: what it sends in this hour, and usually.</summary>
internal sealed class VolumeTable(StorageClients storage)
{
    public const string Row = "volume";

    private const int Version = 1;

    /// <summary>The history of a key that sends nothing for so long is forgotten.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(90);

    private readonly TableClient _table = storage.Table(StorageNames.QuotasTable);

    /// <returns>Null when there is no row.</returns>
    public async Task<StoredVolume?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(QuotaScope.OfKey(key).Partition, Row, cancellationToken: cancellationToken);
        if (!found.HasValue)
            return null;
        var entity = found.Value!;
        return new StoredVolume(
            new KeyVolume(
                entity.RequiredTime("hour"),
                entity.GetInt64("in_hour") ?? 0,
                entity.GetInt64("busiest") ?? 0,
                entity.GetDouble("usual") ?? 0,
                entity.GetInt32("days") ?? 0,
                entity.OptionalTime("alarmed_at")),
            entity.GetString("token") ?? "",
            entity.ETag);
    }

    /// <param name="before">The row that was read; null when there was none.</param>
    /// <param name="token">Distinguishes this write, so that its writer recognises it when the answer is lost.</param>
    /// <returns>False when another wrote in between, and nothing is changed.</returns>
    public async Task<bool> TryWriteAsync(string key, KeyVolume volume, StoredVolume? before, string token, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(QuotaScope.OfKey(key).Partition, Row)
        {
            ["v"] = Version,
            ["hour"] = volume.Hour,
            ["in_hour"] = volume.InHour,
            ["busiest"] = volume.Busiest,
            ["usual"] = volume.Usual,
            ["days"] = volume.Days,
            ["alarmed_at"] = RowValues.Time(volume.AlarmedAt),
            ["token"] = token,
            ["expires_at"] = volume.Hour + KeptFor,
        };
        try
        {
            if (before is null)
                await _table.AddEntityAsync(entity, cancellationToken);
            else
                await _table.UpdateEntityAsync(entity, before.ETag, TableUpdateMode.Merge, cancellationToken);
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.Status is 409 or 412 || (conflict.Status == 404 && before is not null))
        {
            return false;
        }
    }
}

/// <param name="Token">The token of the last write.</param>
internal sealed record StoredVolume(KeyVolume Volume, string Token, ETag ETag);
