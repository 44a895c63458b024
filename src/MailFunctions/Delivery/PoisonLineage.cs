using Azure;
using Azure.Data.Tables;
using MailFunctions.Queue;
using MailFunctions.Storage;

namespace MailFunctions.Delivery;

/// <summary>
/// Decides which of several messages on a poison queue represents a poison message, if a crash left more than one: rows of
/// the table Progress, PK <c>poison</c>, RK the original's message id, which name the current copy. Only a copy writes
/// one, at the beginning of its own run.
/// </summary>
internal sealed class PoisonLineage(StorageClients storage, TimeProvider clock)
{
    private const string Partition = "poison";
    private const string Generation = "generation";
    private const string Message = "message";
    private const string At = "at";

    /// <summary>The time rows are kept. No message of a poison queue is left by then: each comes back every ten minutes.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private readonly TableClient _progress = storage.Table(StorageNames.ProgressTable);

    /// <returns>False if another message represents the same poison: this one has nothing to do.</returns>
    public async Task<bool> TryStandAsync(PoisonCopy lineage, string messageId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await _progress.GetEntityIfExistsAsync<TableEntity>(Partition, lineage.Original, cancellationToken: cancellationToken);
            var standing = found is { HasValue: true, Value: { } row } ? new StoredLineage(row.GetInt32(Generation) ?? 0, row.GetString(Message) ?? "") : null;
            switch (Decide(standing, lineage.Generation, messageId))
            {
                case PoisonPlace.Stands:
                    return true;
                case PoisonPlace.Superseded:
                    return false;
            }

            var entity = new TableEntity(Partition, lineage.Original) { [Generation] = lineage.Generation, [Message] = messageId, [At] = clock.GetUtcNow() };
            try
            {
                if (found.HasValue)
                    await _progress.UpdateEntityAsync(entity, found.Value!.ETag, TableUpdateMode.Replace, cancellationToken);
                else
                    await _progress.AddEntityAsync(entity, cancellationToken);
            }
            catch (RequestFailedException conflict) when (conflict.Status is 404 or 409 or 412)
            {
                // Written by another copy, or by this very write, whose answer was lost: look again.
                continue;
            }

            await ForgetAsync(clock.GetUtcNow() - Kept, cancellationToken);
            return true;
        }
    }

    /// <summary>
    /// The newest generation represents the poison; of two copies of one generation, the first that ran. An original, of
    /// generation 0, does so until a copy has run.
    /// </summary>
    /// <param name="standing">The stored row; null if there is none.</param>
    internal static PoisonPlace Decide(StoredLineage? standing, int generation, string messageId)
    {
        if (standing is null)
            return generation == 0 ? PoisonPlace.Stands : PoisonPlace.TakesOver;
        if (generation != standing.Generation)
            return generation < standing.Generation ? PoisonPlace.Superseded : PoisonPlace.TakesOver;
        return standing.MessageId == messageId ? PoisonPlace.Stands : PoisonPlace.Superseded;
    }

    private async Task ForgetAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and at lt {before}");
        var old = await _progress.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        await TableTransactions.DeleteAsync(_progress, old.Select(row => (row.PartitionKey, row.RowKey)), cancellationToken);
    }

    /// <summary>The copy that a row names.</summary>
    internal sealed record StoredLineage(int Generation, string MessageId);
}

internal enum PoisonPlace
{
    /// <summary>It is the one message that represents its poison.</summary>
    Stands,

    /// <summary>It is newer than the message that represented the poison so far.</summary>
    TakesOver,

    /// <summary>Another message represents the same poison.</summary>
    Superseded,
}
