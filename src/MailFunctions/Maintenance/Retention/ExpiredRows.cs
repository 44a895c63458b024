using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Maintenance.Retention;

/// <summary>
/// Deletes expired rows of tables once a day: idempotency keys, suppressions and pauses with an end, failures of recipients, quotas of past days. No index lists them, so this
/// is a scan; a row of the table Progress, PK <c>sweep</c>, stores where the next run continues.
/// </summary>
internal sealed class ExpiredRows(StorageClients storage, Watermarks watermarks, TimeProvider clock)
{
    private const string Partition = "sweep";
    private const string Token = "token";

    private static readonly TimeSpan Every = TimeSpan.FromDays(1);
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(1);

    /// <summary>A margin for a request that was using the row when it expired, and may still be.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private static readonly string[] Tables = [StorageNames.IdempotencyTable, StorageNames.SuppressionsTable, StorageNames.RecipientFailuresTable, StorageNames.PausesTable, StorageNames.QuotasTable];

    private static readonly string[] Keys = ["PartitionKey", "RowKey", "odata.etag", "Timestamp"];

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var table in Tables)
        {
            var name = $"sweep-{table}";
            var now = clock.GetUtcNow();
            if (await watermarks.ReadAsync(name, cancellationToken) is { } last && now - last < Every)
                continue;
            if (await SweepAsync(table, now - Grace, cancellationToken))
                await watermarks.AdvanceAsync(name, now, cancellationToken);
        }
    }

    /// <returns>False if the run ended before the end of the table.</returns>
    private async Task<bool> SweepAsync(string name, DateTimeOffset expired, CancellationToken cancellationToken)
    {
        var budget = new RunBudget(clock, MaxTime);
        var table = storage.Table(name);
        var never = RowValues.Time(null);
        var filter = TableClient.CreateQueryFilter($"expires_at gt {never} and expires_at lt {expired}");
        var found = await _progress.GetEntityIfExistsAsync<TableEntity>(Partition, name, cancellationToken: cancellationToken);
        var from = found.HasValue ? found.Value!.GetString(Token) : null;
        await foreach (var page in table.QueryAsync<TableEntity>(filter, select: Keys, cancellationToken: cancellationToken).AsPages(from))
        {
            foreach (var partition in page.Values.GroupBy(row => row.PartitionKey))
                await DeleteAsync(table, [.. partition], cancellationToken);
            if (page.ContinuationToken is not { } next || !budget.IsSpent)
                continue;
            await _progress.UpsertEntityAsync(new TableEntity(Partition, name) { [Token] = next }, TableUpdateMode.Replace, cancellationToken);
            return false;
        }

        await _progress.DeleteEntityAsync(Partition, name, ETag.All, cancellationToken);
        return true;
    }

    /// <summary>Deletes rows only if they are as they were read: a row that was put again stays.</summary>
    private static async Task DeleteAsync(TableClient table, IReadOnlyList<TableEntity> rows, CancellationToken cancellationToken)
    {
        foreach (var some in rows.Chunk(TableTransactions.MaxOperations))
        {
            var deletes = some.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag)).ToList();
            try
            {
                await TableTransactions.SubmitAsync(table, deletes, 412, cancellationToken);
            }
            catch (RequestFailedException gone) when (gone.Status == 404)
            {
                // Another sweep is at work: tomorrow's run deletes the rest.
            }
        }
    }
}
