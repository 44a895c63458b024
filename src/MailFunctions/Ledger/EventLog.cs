using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Ledger;

/// <summary>The table Events: insert-only, with keys fixed before the insert, so that the first writer of a key decides (rule 4).</summary>
internal sealed class EventLog(StorageClients storage, DirtyMinutes dirtyMinutes, ILogger<EventLog> logger)
{
    private readonly TableClient _table = storage.Table(StorageNames.EventsTable);

    /// <summary>Inserts an event, or finds the event already stored under its key.</summary>
    /// <returns>The stored event: the caller continues with it, even if another worker wrote it.</returns>
    public async Task<EmailEvent> InsertOrAdoptAsync(EmailEvent e, CancellationToken cancellationToken) =>
        (await InsertOrAdoptManyAsync([e], cancellationToken))[0];

    /// <summary>Does the same as <see cref="InsertOrAdoptAsync"/> for many: one transaction for the events of one partition.</summary>
    /// <returns>In the order given.</returns>
    public async Task<EmailEvent[]> InsertOrAdoptManyAsync(IReadOnlyList<EmailEvent> events, CancellationToken cancellationToken)
    {
        var standing = new EmailEvent[events.Count];
        foreach (var partition in Enumerable.Range(0, events.Count).GroupBy(index => events[index].Key.PartitionKey))
        {
            // The statistics of an old minute are compiled again.
            await dirtyMinutes.MarkIfOldAsync(MinutePartition.MinuteOf(partition.Key), cancellationToken);
            var entities = partition.Select(index => (Index: index, Entity: EmailEventMapping.ToEntity(events[index]))).ToList();
            foreach (var slice in TableTransactions.Cut(entities, item => TableTransactions.SizeOf(item.Entity)))
            {
                var taken = await InsertAsync([.. slice.Select(item => item.Entity)], cancellationToken);
                for (var i = 0; i < slice.Count; i++)
                {
                    var index = slice[i].Index;
                    standing[index] = taken.Contains(i) ? await ReadRequiredAsync(events[index].Key, cancellationToken) : events[index];
                }
            }
        }

        return standing;
    }

    public async Task<EmailEvent?> ReadAsync(EventKey key, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } entity ? EmailEventMapping.FromEntity(entity) : null;

    /// <summary>Reads all events of one email in order: its attempts, each as now known, then its ending, then its recipient's unsubscription.</summary>
    public async Task<IReadOnlyList<EmailEvent>> ReadTimelineAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var reads = Enumerable.Range(1, row.EventMinutes.Count).Select(attempt => (Func<Task<EmailEvent?>>)(() => ReadAttemptAsync(row, attempt, cancellationToken))).ToList();
        if (row.Ending is { } ending)
            reads.Add(() => ReadAsync(ending, cancellationToken));
        if (row.Unsubscribed is { } unsubscribed)
            reads.Add(() => ReadAsync(unsubscribed, cancellationToken));

        var events = new List<EmailEvent>(reads.Count);
        foreach (var some in reads.Chunk(8))
            events.AddRange((await Task.WhenAll(some.Select(read => read()))).OfType<EmailEvent>());
        return events;
    }

    /// <summary>
    /// Reads the events whose key is in one minute, mail by mail. A correction replaces the attempt that it corrects.
    /// Unreadable events are skipped, so that they block no others.
    /// </summary>
    public async IAsyncEnumerable<EmailEvent> ReadMinuteAsync(DateTimeOffset minute, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var partition in MinutePartition.KeysOf(minute))
        {
            var query = _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken);
            // Rows are sorted by key: a correction follows right after its attempt.
            EmailEvent? last = null;
            await foreach (var entity in query)
            {
                if (EmailEventMapping.FromEntityOrSkip(entity, logger) is not { } e)
                    continue;
                if (last is not null && e.Key != last.Key.OfCorrection())
                    yield return last;
                last = e;
            }

            if (last is not null)
                yield return last;
        }
    }

    /// <summary>Changes an event's recipients: only for people with a right to be forgotten, and for nothing else.</summary>
    /// <returns>False if this version of the app cannot read the event, which is left unchanged. True if the event is missing.</returns>
    public async Task<bool> TryEraseAsync(EventKey key, Func<EmailEvent, EmailEvent> erase, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken) is not { } entity)
            return true;
        if (EmailEventMapping.FromEntityOrSkip(entity, logger) is not { } e)
            return false;

        try
        {
            await _table.UpdateEntityAsync(EmailEventMapping.ToErased(erase(e)), ETag.All, TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException gone) when (gone.Status == 404)
        {
            // The event was purged meanwhile.
        }

        return true;
    }

    /// <summary>Deletes the events of mail that is purged. A missing event is no error.</summary>
    public async Task DeleteAsync(IEnumerable<EventKey> keys, CancellationToken cancellationToken)
    {
        foreach (var partition in keys.GroupBy(key => key.PartitionKey))
            await TableTransactions.DeleteAsync(_table, partition.Select(key => (key.PartitionKey, key.RowKey)), cancellationToken);
    }

    private async Task<EmailEvent?> ReadAttemptAsync(LedgerRow row, int attempt, CancellationToken cancellationToken)
    {
        var key = row.EventOfAttempt(attempt);
        return row.Corrected.Contains(attempt) && await ReadAsync(key.OfCorrection(), cancellationToken) is { } known
            ? known
            : await ReadAsync(key, cancellationToken);
    }

    /// <returns>The indexes of the entities whose key was taken.</returns>
    private async Task<IReadOnlySet<int>> InsertAsync(IReadOnlyList<TableEntity> entities, CancellationToken cancellationToken)
    {
        if (entities.Count > 1)
        {
            var actions = entities.Select(entity => new TableTransactionAction(TableTransactionActionType.Add, entity)).ToList();
            return await TableTransactions.SubmitAsync(_table, actions, 409, cancellationToken);
        }

        try
        {
            await _table.AddEntityAsync(entities[0], cancellationToken);
            return new HashSet<int>();
        }
        catch (RequestFailedException conflict) when (conflict.Status == 409)
        {
            return new HashSet<int> { 0 };
        }
    }

    private async Task<TableEntity?> FindAsync(EventKey key, CancellationToken cancellationToken)
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(key.PartitionKey, key.RowKey, cancellationToken: cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private async Task<EmailEvent> ReadRequiredAsync(EventKey key, CancellationToken cancellationToken) =>
        await ReadAsync(key, cancellationToken)
        ?? throw new InvalidDataException($"Row {key.PartitionKey}/{key.RowKey} of Events was refused as a duplicate and cannot be read.");
}
