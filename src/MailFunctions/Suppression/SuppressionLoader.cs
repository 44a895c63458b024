using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Suppression;

/// <summary>Reads the list, or parts of it, from its table into snapshots.</summary>
internal sealed class SuppressionLoader(SuppressionTable table, TimeProvider clock, ILogger<SuppressionLoader> logger)
{
    private const int ParallelReads = 8;

    private const int ParallelPointReads = 16;

    /// <summary>Reads the whole list. Each shard is packed while it is read, so that no entry is held in any larger form.</summary>
    public async Task<SuppressionSnapshot> LoadAsync()
    {
        var began = clock.GetTimestamp();
        var shards = new SuppressionShard[SuppressionKey.Shards];
        await Parallel.ForAsync(0, shards.Length, new ParallelOptions { MaxDegreeOfParallelism = ParallelReads }, async (shard, token) =>
        {
            var builder = new SuppressionShard.Builder();
            await foreach (var (key, entry) in table.ReadAsync(KeyRange.OfShard(shard), token))
                builder.Add(key, entry);
            shards[shard] = builder.ToShard();
        });

        var snapshot = SuppressionSnapshot.Of(shards);
        logger.SuppressionsLoaded(snapshot.Count, clock.GetElapsedTime(began));
        return snapshot;
    }

    /// <summary>Reads some ranges again.</summary>
    public async Task<SuppressionSnapshot> UpdateAsync(SuppressionSnapshot snapshot, IReadOnlyList<KeyRange> ranges)
    {
        if (ranges.Count == 0)
            return snapshot;

        var read = new List<(SuppressionKey, Suppressed)>();
        foreach (var some in ranges.Chunk(ParallelReads))
        {
            foreach (var part in await Task.WhenAll(some.Select(range => table.ReadAsync(range, CancellationToken.None).ToListAsync().AsTask())))
                read.AddRange(part);
        }

        return snapshot.Replace(ranges, read);
    }

    /// <summary>Reads the entries of some keys alone.</summary>
    public async Task<SuppressionSnapshot> ReadAsync(IEnumerable<SuppressionKey> keys, CancellationToken cancellationToken)
    {
        var found = new List<(SuppressionKey, Suppressed)>();
        foreach (var some in keys.Distinct().Chunk(ParallelPointReads))
        {
            foreach (var (key, entry) in some.Zip(await Task.WhenAll(some.Select(key => table.FindSuppressedAsync(key, cancellationToken)))))
            {
                if (entry is { } one)
                    found.Add((key, one));
            }
        }

        return SuppressionSnapshot.Of(found);
    }
}
