using MailFunctions.Storage;

namespace MailFunctions.Suppression;

/// <summary>Changes the list, in the order that leaves no change unseen: announced, written, marked done.</summary>
internal sealed class SuppressionBook(SuppressionTable table, SuppressionChanges changes)
{
    private const int ParallelWrites = 4;

    /// <summary>Puts entries there, replacing what stands. Of several for one address the last stays. Doing it again changes nothing.</summary>
    /// <returns>How many addresses that are.</returns>
    public async Task<int> PutAsync(IEnumerable<SuppressionEntry> entries, CancellationToken cancellationToken)
    {
        var keyed = new SortedDictionary<SuppressionKey, SuppressionEntry>();
        foreach (var entry in entries)
            keyed[entry.Key] = entry;
        if (keyed.Count == 0)
            return 0;

        // Neighbours are written together, so that what a reader looks at afterwards is one range for each transaction.
        var slices = keyed.GroupBy(pair => pair.Key.PartitionKey).SelectMany(shard => shard.Chunk(TableTransactions.MaxOperations)).ToList();
        var announced = await changes.AnnounceAsync([.. slices.Select(slice => new KeyRange(slice[0].Key, slice[^1].Key))], cancellationToken);
        await Parallel.ForEachAsync(
            slices,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = cancellationToken },
            async (slice, token) => await table.PutAsync([.. slice.Select(pair => pair.Value)], token));
        await changes.FinishAsync(announced, cancellationToken);
        return keyed.Count;
    }

    public async Task RemoveAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        var announced = await changes.AnnounceAsync([new KeyRange(key, key)], cancellationToken);
        await table.RemoveAsync(key, cancellationToken);
        await changes.FinishAsync(announced, cancellationToken);
    }
}
