using MailFunctions.Storage;

namespace MailFunctions.Suppression;

/// <summary>Changes the list, in the order by which no change is missed: announced, written, marked done.</summary>
internal sealed class SuppressionWriter(SuppressionTable table, SuppressionChanges changes)
{
    private const int ParallelWrites = 4;

    /// <summary>
    /// Stores entries and replaces existing ones, also those that an earlier version stored under another spelling. Of
    /// several for one address the last is kept. Doing it again changes nothing.
    /// </summary>
    /// <returns>The number of addresses.</returns>
    public async Task<int> PutAsync(IEnumerable<SuppressionEntry> entries, CancellationToken cancellationToken)
    {
        var keyed = new SortedDictionary<SuppressionKey, SuppressionEntry>();
        foreach (var entry in entries)
            keyed[entry.Key] = entry;
        if (keyed.Count == 0)
            return 0;

        // Neighbouring keys are written together, so that a reader afterwards reads one range for each transaction.
        var slices = keyed.GroupBy(pair => pair.Key.PartitionKey).SelectMany(shard => shard.Chunk(TableTransactions.MaxOperations)).ToList();
        var former = keyed.Where(pair => pair.Value.Topic is null).SelectMany(pair => SuppressionKey.AllOf(pair.Value.Address).Skip(1)).Distinct().Where(key => !keyed.ContainsKey(key)).ToList();
        var announced = await changes.AnnounceAsync(
            [.. slices.Select(slice => new KeyRange(slice[0].Key, slice[^1].Key)), .. former.Select(key => new KeyRange(key, key))], cancellationToken);
        await Parallel.ForEachAsync(
            slices,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = cancellationToken },
            async (slice, token) => await table.PutAsync([.. slice.Select(pair => pair.Value)], token));
        // After the entries, so that a crash in between leaves two for an address, and never none.
        await Parallel.ForEachAsync(
            former,
            new ParallelOptions { MaxDegreeOfParallelism = ParallelWrites, CancellationToken = cancellationToken },
            async (key, token) => await table.RemoveAsync(key, token));
        await changes.FinishAsync(announced, cancellationToken);
        return keyed.Count;
    }

    /// <summary>
    /// Stores an entry of the app unless another in force under a key of its address stops as much, or is a caller's, or cannot
    /// be read.
    /// </summary>
    /// <returns>True if it is stored.</returns>
    public async Task<bool> AddAsync(SuppressionEntry entry, DateTimeOffset now, CancellationToken cancellationToken)
    {
        foreach (var former in SuppressionKey.AllOf(entry.Address).Where(key => key != entry.Key))
        {
            if (await table.StandingAsync(former, cancellationToken) is { } other && Prevents(other.Entry))
                return false;
        }

        while (await table.StandingAsync(entry.Key, cancellationToken) is var standing && !(standing is { } row && Prevents(row.Entry)))
        {
            var announced = await changes.AnnounceAsync([new KeyRange(entry.Key, entry.Key)], cancellationToken);
            var isPut = await table.TryPutAsync(entry, standing?.Tag, cancellationToken);
            await changes.FinishAsync(announced, cancellationToken);
            if (isPut)
                return true;
        }

        return false;

        bool Prevents(SuppressionEntry? other) => other?.IsInForce(now) != false && !(other is { Mail: not null, Scope: SuppressionScope.Bulk } && entry.Scope == SuppressionScope.All);
    }

    /// <summary>Removes an entry that the app stored itself.</summary>
    /// <param name="until">The time after which an entry was stored for something newer, and stays.</param>
    /// <returns>False when there is none, a newer one, or a caller's; also when another wrote it meanwhile.</returns>
    public async Task<bool> RemoveAutomaticAsync(SuppressionKey key, DateTimeOffset until, CancellationToken cancellationToken)
    {
        if (await table.StandingAsync(key, cancellationToken) is not { Entry: { Mail: not null } entry, Tag: var tag } || entry.CreatedAt > until)
            return false;
        var announced = await changes.AnnounceAsync([new KeyRange(key, key)], cancellationToken);
        var isRemoved = await table.TryRemoveAsync(key, tag, cancellationToken);
        await changes.FinishAsync(announced, cancellationToken);
        return isRemoved;
    }

    /// <param name="keys">At least one.</param>
    public async Task RemoveAsync(IReadOnlyList<SuppressionKey> keys, CancellationToken cancellationToken)
    {
        var announced = await changes.AnnounceAsync([.. keys.Select(key => new KeyRange(key, key))], cancellationToken);
        foreach (var key in keys)
            await table.RemoveAsync(key, cancellationToken);
        await changes.FinishAsync(announced, cancellationToken);
    }
}
