using Azure;
using Azure.Data.Tables;
using MailFunctions.Storage;

namespace MailFunctions.Smtp.Rates;

/// <summary>
/// The table Rates: one row for each relay and limit. All limits of a relay change in one transaction, under the ETags
/// that were read; a writer whose ETag is outdated reads again.
/// </summary>
/// <remarks>A write that was done and reported as failed costs the slots that it reserved, which lapse.</remarks>
internal sealed class RateTable(StorageClients storage)
{
    private readonly TableClient _table = storage.Table(StorageNames.RatesTable);

    public async Task<RateRows> ReadAsync(string relay, IReadOnlyList<RateLimit> limits, long now, CancellationToken cancellationToken)
    {
        var entities = new Dictionary<string, TableEntity>(StringComparer.Ordinal);
        await foreach (var entity in _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {relay}"), cancellationToken: cancellationToken))
            entities[entity.RowKey] = entity;
        var states = new RateState[limits.Count];
        var etags = new ETag?[limits.Count];
        for (var i = 0; i < limits.Count; i++)
        {
            if (!entities.TryGetValue(limits[i].Name, out var entity))
                continue;
            var gcra = Gcra.Of(limits[i]);
            // A line that reaches far ahead belonged to another setting, too.
            var isSame = entity.GetInt32("count") == limits[i].Count;
            states[i] = new RateState(
                Math.Min(entity.GetInt64("arrival") ?? 0, gcra.Latest(now)),
                isSame ? entity.GetInt64("transactional_line") ?? 0 : 0,
                isSame ? entity.GetInt64("bulk_line") ?? 0 : 0);
            etags[i] = entity.ETag;
        }

        return new RateRows(states, etags);
    }

    /// <returns>The rows now in the table; null when another instance wrote in between, and nothing is changed.</returns>
    public async Task<RateRows?> TryWriteAsync(string relay, IReadOnlyList<RateLimit> limits, RateRows rows, CancellationToken cancellationToken)
    {
        var actions = limits.Select((limit, i) =>
        {
            var entity = ToEntity(relay, limit, rows.States[i]);
            return rows.ETags[i] is { } etag
                ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, etag)
                : new TableTransactionAction(TableTransactionActionType.Add, entity);
        });
        try
        {
            var answers = (await _table.SubmitTransactionAsync(actions, cancellationToken)).Value;
            return rows with { ETags = [.. answers.Select(answer => answer.Headers.ETag)] };
        }
        catch (RequestFailedException conflict) when (conflict.Status is 409 or 412)
        {
            return null;
        }
    }

    private static TableEntity ToEntity(string relay, RateLimit limit, RateState state) => new(relay, limit.Name)
    {
        ["v"] = 1,
        ["count"] = limit.Count,
        ["arrival"] = state.Arrival,
        ["transactional_line"] = state.TransactionalLine,
        ["bulk_line"] = state.BulkLine,
    };
}

/// <summary>The rows in the table, in the order of the limits.</summary>
/// <param name="ETags">Null for a row that does not exist yet.</param>
internal sealed record RateRows(RateState[] States, ETag?[] ETags);
