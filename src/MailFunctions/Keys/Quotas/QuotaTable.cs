using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Quotas;

/// <summary>
/// The table Quotas, row <c>use</c> of a scope: both windows, with the leases of the instances. It is written under the ETag
/// that was read; a writer whose ETag is outdated reads again.
/// </summary>
internal sealed class QuotaTable(StorageClients storage)
{
    public const string Row = "use";

    private const int Version = 1;

    private readonly TableClient _table = storage.Table(StorageNames.QuotasTable);

    public async Task<QuotaRow> ReadAsync(QuotaScope scope, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(scope.Partition, Row, cancellationToken: cancellationToken);
        return found.HasValue
            ? new QuotaRow(Window(found.Value!, QuotaWindow.Minute), Window(found.Value!, QuotaWindow.Day), found.Value!.ETag)
            : new QuotaRow(null, null, null);
    }

    /// <returns>False when another wrote in between, and nothing is changed; also when the own write was repeated after its answer was lost.</returns>
    public async Task<bool> TryWriteAsync(QuotaScope scope, QuotaRow row, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(scope.Partition, Row)
        {
            ["v"] = Version,
            [QuotaWindow.Minute.Name()] = Text(row.Minute!),
            [QuotaWindow.Day.Name()] = Text(row.Day!),
            // The settlement of a minute's leases would come too late.
            ["lapses_at"] = RowValues.Time(row.Day!.FirstEnd),
            ["expires_at"] = row.Day.Start + QuotaWindow.Day.Length(),
        };
        try
        {
            if (row.ETag is { } etag)
                await _table.UpdateEntityAsync(entity, etag, TableUpdateMode.Merge, cancellationToken);
            else
                await _table.AddEntityAsync(entity, cancellationToken);
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.Status is 409 or 412 || (conflict.Status == 404 && row.ETag is not null))
        {
            return false;
        }
    }

    /// <summary>Lists the scopes with a lease of a day that is not over which ended before a time.</summary>
    public async Task<IReadOnlyList<QuotaScope>> ListLapsedAsync(DateTimeOffset before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey eq {Row} and lapses_at gt {RowValues.Time(null)} and lapses_at lt {before} and expires_at gt {now}");
        var found = await _table.QueryAsync<TableEntity>(filter, select: ["PartitionKey"], cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        return [.. found.Select(entity => QuotaScope.OfPartition(entity.PartitionKey)).OfType<QuotaScope>()];
    }

    private static WindowUse? Window(TableEntity entity, QuotaWindow window) =>
        entity.GetString(window.Name()) is { } text && JsonSerializer.Deserialize(text, QuotaJson.Default.WindowUse) is { } use ? use : null;

    private static string Text(WindowUse use) => JsonSerializer.Serialize(use.Bounded(), QuotaJson.Default.WindowUse);
}

/// <summary>The row of a scope.</summary>
/// <param name="Minute">Null when there is no row.</param>
/// <param name="Day">Null when there is no row.</param>
/// <param name="ETag">Null when there is no row.</param>
internal sealed record QuotaRow(WindowUse? Minute, WindowUse? Day, ETag? ETag)
{
    public WindowUse At(QuotaWindow window, DateTimeOffset now) => WindowUse.At(window == QuotaWindow.Minute ? Minute : Day, window, now);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(WindowUse))]
internal sealed partial class QuotaJson : JsonSerializerContext;
