using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>The table Emails: one row an email, which commits its accept and then holds its projected state.</summary>
/// <remarks>Every write is conditional and carries a token, so that a write whose answer was lost is recognised as done (rule 6).</remarks>
internal sealed class EmailLedger(StorageClients storage, ILogger<EmailLedger> logger)
{
    private const int MaxPointReads = 4;

    private const int MaxPartitionsAtOnce = 8;

    private readonly TableClient _table = storage.Table(StorageNames.EmailsTable);

    /// <summary>Commits an accept.</summary>
    /// <returns>False if the key is taken: a worker closed it with a void row.</returns>
    public async Task<bool> TryInsertAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var marked = row with { Token = row.Token.Length > 0 ? row.Token : WriteToken.New() };
        return await TryAddAsync(LedgerRowMapping.ToInsert(marked), marked, cancellationToken) is not null;
    }

    /// <summary>Commits many accepts: one transaction for the rows of one partition.</summary>
    /// <returns>In the order given: the row with its ETag, or null if its key was taken.</returns>
    public async Task<LedgerRow?[]> TryInsertManyAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var inserted = new LedgerRow?[rows.Count];
        await InsertManyAsync(rows, (index, row) => inserted[index] = row, cancellationToken);
        return inserted;
    }

    /// <summary>Inserts like <see cref="TryInsertManyAsync"/>, reporting each row once committed; later failures do not undo it.</summary>
    /// <param name="committed">Receives the index of a row, and the row with its ETag.</param>
    public async Task InsertManyAsync(IReadOnlyList<LedgerRow> rows, Action<int, LedgerRow> committed, CancellationToken cancellationToken)
    {
        foreach (var partition in Enumerable.Range(0, rows.Count).GroupBy(index => rows[index].Id.PartitionKey))
        {
            var inserts = partition.Select(index => (Index: index, Row: rows[index] with { Token = WriteToken.New() }))
                .Select(insert => (insert.Index, insert.Row, Entity: LedgerRowMapping.ToInsert(insert.Row)));
            foreach (var slice in TableTransactions.Cut(inserts, insert => TableTransactions.SizeOf(insert.Entity)))
            {
                if (slice.Count == 1)
                {
                    Tell(slice[0].Index, await TryAddAsync(slice[0].Entity, slice[0].Row, cancellationToken));
                    continue;
                }

                var actions = slice.Select(insert => new TableTransactionAction(TableTransactionActionType.Add, insert.Entity)).ToList();
                var etags = new Dictionary<int, ETag>();
                var taken = await TableTransactions.SubmitAsync(_table, actions, 409, cancellationToken, etags);
                foreach (var (i, etag) in etags)
                    Tell(slice[i].Index, slice[i].Row.StoredAs(etag));
                foreach (var i in taken)
                    Tell(slice[i].Index, await AcceptedAsync(slice[i].Row, cancellationToken));
            }
        }

        void Tell(int index, LedgerRow? row)
        {
            if (row is not null)
                committed(index, row);
        }
    }

    /// <summary>Closes a key under which no accept was committed, so that none can be committed any more.</summary>
    /// <returns>False if an accept was committed in the meantime.</returns>
    public Task<bool> TryInsertVoidAsync(EmailId id, Lane lane, DateTimeOffset now, CancellationToken cancellationToken) =>
        TryInsertAsync(Void(id, lane, now), cancellationToken);

    /// <summary>Does the same as <see cref="TryInsertVoidAsync"/> for many keys.</summary>
    /// <returns>In the order given.</returns>
    public async Task<bool[]> TryInsertVoidsAsync(IReadOnlyList<(EmailId Id, Lane Lane)> keys, DateTimeOffset now, CancellationToken cancellationToken) =>
        Array.ConvertAll(await TryInsertManyAsync([.. keys.Select(key => Void(key.Id, key.Lane, now))], cancellationToken), row => row is not null);

    /// <summary>Reads one row without its content; null if there is none.</summary>
    public Task<LedgerRow?> ReadAsync(EmailId id, CancellationToken cancellationToken) =>
        ReadAsync(id, LedgerRowMapping.WithoutContent, cancellationToken);

    /// <summary>Reads the rows of many emails with their content. An id without a row is left out.</summary>
    public Task<IReadOnlyDictionary<EmailId, LedgerRow>> ReadManyAsync(IReadOnlyCollection<EmailId> ids, CancellationToken cancellationToken) =>
        ReadManyAsync(ids, select: null, LedgerRowMapping.FromEntity, cancellationToken);

    /// <summary>Reads the rows of many emails without their content. An id without a row is left out.</summary>
    public Task<IReadOnlyDictionary<EmailId, LedgerRow>> ReadManyWithoutContentAsync(IReadOnlyCollection<EmailId> ids, CancellationToken cancellationToken) =>
        ReadManyAsync(ids, LedgerRowMapping.WithoutContent, LedgerRowMapping.FromEntity, cancellationToken);

    /// <summary>Does the same as <see cref="ReadManyWithoutContentAsync"/>; null for a row that cannot be read.</summary>
    public Task<IReadOnlyDictionary<EmailId, LedgerRow?>> ReadManyOrSkipAsync(IReadOnlyCollection<EmailId> ids, CancellationToken cancellationToken) =>
        ReadManyAsync(ids, LedgerRowMapping.WithoutContent, entity => LedgerRowMapping.FromEntityOrSkip(entity, logger), cancellationToken);

    /// <summary>Reads the rows of one minute without content, void ones included, in no order. Skips unreadable rows.</summary>
    public async IAsyncEnumerable<LedgerRow> ReadMinuteAsync(DateTimeOffset minute, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var partition in MinutePartition.KeysOf(minute))
        {
            var query = _table.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), select: LedgerRowMapping.WithoutContent, cancellationToken: cancellationToken);
            await foreach (var entity in query)
            {
                if (LedgerRowMapping.FromEntityOrSkip(entity, logger) is { } row)
                    yield return row;
            }
        }
    }

    /// <summary>Writes the mutable part of a row, unless it was written since it was read.</summary>
    /// <returns>The row with its new ETag; null if another worker or call wrote it first.</returns>
    public async Task<LedgerRow?> TryUpdateAsync(LedgerRow row, CancellationToken cancellationToken) =>
        (await TryUpdateManyAsync([row], cancellationToken))[0];

    /// <summary>Does the same as <see cref="TryUpdateAsync"/> for many rows: one transaction for the rows of one partition.</summary>
    /// <returns>In the order given; null for a row that was written by others since it was read.</returns>
    public Task<LedgerRow?[]> TryUpdateManyAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken) =>
        TryMergeManyAsync(rows, LedgerRowMapping.ToUpdate, cancellationToken);

    /// <summary>Records that the content of these rows is gone.</summary>
    /// <returns>In the order given; null for a row that was written by others since it was read.</returns>
    public Task<LedgerRow?[]> TryDropContentAsync(IEnumerable<LedgerRow> rows, DateTimeOffset now, CancellationToken cancellationToken) =>
        TryMergeManyAsync([.. rows.Select(row => row with { Content = null, ContentPurgedAt = now })], LedgerRowMapping.ToWithoutContent, cancellationToken);

    /// <summary>Writes what an erasure leaves of a row in a final state.</summary>
    /// <returns>Null if others have written it since it was read, or it is gone.</returns>
    public async Task<LedgerRow?> TryEraseAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        try
        {
            return (await TryMergeManyAsync([row], LedgerRowMapping.ToErased, cancellationToken))[0];
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            return null;
        }
    }

    /// <summary>Deletes rows in a final state. A missing row is no error.</summary>
    public async Task DeleteAsync(IEnumerable<LedgerRow> rows, CancellationToken cancellationToken)
    {
        foreach (var partition in rows.GroupBy(row => row.Id.PartitionKey))
            await TableTransactions.DeleteAsync(_table, partition.Select(row => (partition.Key, row.Id.RowKey)), cancellationToken);
    }

    private static LedgerRow Void(EmailId id, Lane lane, DateTimeOffset now) =>
        new() { Id = id, State = EmailState.Void, Lane = lane, Sender = "", AcceptedAt = now, ExpiresAt = now, EndedAt = now };

    private async Task<LedgerRow?> TryAddAsync(TableEntity entity, LedgerRow row, CancellationToken cancellationToken)
    {
        try
        {
            return row.StoredAs((await _table.AddEntityAsync(entity, cancellationToken)).Headers.ETag!.Value);
        }
        catch (RequestFailedException conflict) when (conflict.Status == 409)
        {
            // Taken by this very insert, whose answer was lost, or by another writer.
            return await AcceptedAsync(row, cancellationToken);
        }
    }

    private async Task<LedgerRow?[]> TryMergeManyAsync(
        IReadOnlyList<LedgerRow> rows, Func<LedgerRow, TableEntity> map, CancellationToken cancellationToken)
    {
        var written = new LedgerRow?[rows.Count];
        foreach (var partition in Enumerable.Range(0, rows.Count).GroupBy(index => rows[index].Id.PartitionKey))
        {
            var merges = partition.Select(index => new Merge(index, rows[index] with { Token = WriteToken.New() }, map)).ToList();
            foreach (var slice in TableTransactions.Cut(merges, merge => merge.Size))
            {
                if (slice.Count == 1)
                    written[slice[0].Index] = await TryMergeOneAsync(slice[0], cancellationToken);
                else
                    await TryMergeSliceAsync(slice, written, cancellationToken);
            }
        }

        return written;
    }

    private async Task<LedgerRow?> TryMergeOneAsync(Merge merge, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _table.UpdateEntityAsync(merge.Entity, merge.Row.ETag, TableUpdateMode.Merge, cancellationToken);
            return merge.Row.StoredAs(response.Headers.ETag!.Value);
        }
        catch (RequestFailedException stale) when (stale.Status == 412)
        {
            return await OwnAsync(merge.Row, cancellationToken);
        }
    }

    private async Task TryMergeSliceAsync(IReadOnlyList<Merge> slice, LedgerRow?[] written, CancellationToken cancellationToken)
    {
        var actions = slice.Select(merge => new TableTransactionAction(TableTransactionActionType.UpdateMerge, merge.Entity, merge.Row.ETag)).ToList();
        var etags = new Dictionary<int, ETag>();
        var stale = await TableTransactions.SubmitAsync(_table, actions, 412, cancellationToken, etags);
        for (var i = 0; i < slice.Count; i++)
        {
            // If a transaction's answer was lost, all of its rows look stale to its own repetition.
            written[slice[i].Index] = stale.Contains(i)
                ? await OwnAsync(slice[i].Row, cancellationToken)
                : slice[i].Row.StoredAs(etags[i]);
        }
    }

    /// <summary>
    /// Returns the row that stands where an insert met one, if the insert committed it. An id is minted once, so another writer
    /// can only have closed it: any other row is the insert's own, even if a worker has written it since, and then it is
    /// returned as it stands.
    /// </summary>
    private async Task<LedgerRow?> AcceptedAsync(LedgerRow inserted, CancellationToken cancellationToken)
    {
        var standing = await ReadAsync(inserted.Id, select: null, cancellationToken);
        if (standing?.Token == inserted.Token)
            return inserted.StoredAs(standing.ETag);
        return inserted.State != EmailState.Void && standing?.State != EmailState.Void ? standing : null;
    }

    /// <summary>Returns the row if it is stored as written under its token.</summary>
    private async Task<LedgerRow?> OwnAsync(LedgerRow written, CancellationToken cancellationToken)
    {
        var standing = await ReadAsync(written.Id, cancellationToken);
        return standing?.Token == written.Token ? written.StoredAs(standing.ETag) : null;
    }

    private async Task<IReadOnlyDictionary<EmailId, T>> ReadManyAsync<T>(
        IReadOnlyCollection<EmailId> ids, IReadOnlyList<string>? select, Func<TableEntity, T> read, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<EmailId, T>(ids.Count);
        foreach (var partitions in ids.Distinct().GroupBy(id => id.PartitionKey).Chunk(MaxPartitionsAtOnce))
        {
            var found = await Task.WhenAll(partitions.Select(async partition =>
            {
                var wanted = partition.Order().ToList();
                return wanted.Count <= MaxPointReads
                    ? await ReadEachAsync(wanted, select, cancellationToken)
                    : await ReadRangeAsync(partition.Key, wanted, select, cancellationToken);
            }));
            foreach (var (id, entity) in found.SelectMany(row => row))
                rows.Add(id, read(entity));
        }

        return rows;
    }

    private async Task<List<(EmailId Id, TableEntity Entity)>> ReadEachAsync(List<EmailId> ids, IReadOnlyList<string>? select, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(ids.Select(async id => (Id: id, Entity: await FindAsync(id, select, cancellationToken))));
        return [.. found.Where(one => one.Entity is not null).Select(one => (one.Id, one.Entity!))];
    }

    private async Task<List<(EmailId Id, TableEntity Entity)>> ReadRangeAsync(string partition, List<EmailId> ids, IReadOnlyList<string>? select, CancellationToken cancellationToken)
    {
        var wanted = ids.ToHashSet();
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {ids[0].RowKey} and RowKey le {ids[^1].RowKey}");
        var rows = new List<(EmailId, TableEntity)>(ids.Count);
        await foreach (var entity in _table.QueryAsync<TableEntity>(filter, select: select, cancellationToken: cancellationToken))
        {
            if (EmailId.TryParse(entity.RowKey, out var id) && wanted.Contains(id))
                rows.Add((id, entity));
        }

        return rows;
    }

    private async Task<LedgerRow?> ReadAsync(EmailId id, IEnumerable<string>? select, CancellationToken cancellationToken) =>
        await FindAsync(id, select, cancellationToken) is { } entity ? LedgerRowMapping.FromEntity(entity) : null;

    private async Task<TableEntity?> FindAsync(EmailId id, IEnumerable<string>? select, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(id.PartitionKey, id.RowKey, select, cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    /// <summary>One row to merge, under its own token.</summary>
    private sealed class Merge(int index, LedgerRow row, Func<LedgerRow, TableEntity> map)
    {
        public int Index { get; } = index;

        public LedgerRow Row { get; } = row;

        public TableEntity Entity { get; } = map(row);

        public int Size => TableTransactions.SizeOf(Entity);
    }
}
