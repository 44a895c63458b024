using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Suppression;

/// <summary>The allowed age of the list that a mail is checked against.</summary>
/// <param name="Fresh">Up to this age it is used as it is.</param>
/// <param name="Usable">Up to this age it is used when storage does not answer; beyond it no mail is sent.</param>
internal sealed record SuppressionAges(TimeSpan Fresh, TimeSpan Usable)
{
    public static readonly SuppressionAges Default = new(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));
}

/// <summary>This process's snapshot of the list: loaded once, then kept up to date by the changes since.</summary>
/// <remarks>Thread safe. Callers that need a newer one at the same time share one refresh, and its failure.</remarks>
internal sealed class SuppressionList(
    SuppressionTable table, SuppressionChanges changes, SuppressionAges ages, TimeProvider clock, ILogger<SuppressionList> logger)
{
    /// <summary>The age at which the whole list is loaded again, also after a time without use.</summary>
    private static readonly TimeSpan LoadAfter = TimeSpan.FromHours(6);

    /// <summary>The number of changed ranges beyond which loading the whole list is cheaper.</summary>
    private const int MaxRanges = 1000;

    private const int ParallelReads = 8;

    private readonly Lock _lock = new();
    private Held? _held;
    private Task<Held>? _refreshing;

    /// <returns>The list as it was at most 30 s ago, or 5 min when storage does not answer.</returns>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer, and the snapshot is older: no mail may be sent.</exception>
    public async Task<SuppressionSnapshot> CurrentAsync(CancellationToken cancellationToken)
    {
        var held = Volatile.Read(ref _held);
        if (held is not null && Age(held) < ages.Fresh)
            return held.Snapshot;
        try
        {
            return (await RefreshTogether().WaitAsync(cancellationToken)).Snapshot;
        }
        catch (Exception exception) when (StorageFault.Is(exception) && !cancellationToken.IsCancellationRequested && held is not null && Age(held) < ages.Usable)
        {
            logger.SuppressionsNotRefreshed(exception.GetType().Name, Age(held));
            return held.Snapshot;
        }
    }

    /// <summary>Returns the list as this process knows it, of any age, without asking storage.</summary>
    public SuppressionSnapshot Known => Volatile.Read(ref _held)?.Snapshot ?? SuppressionSnapshot.Empty;

    private TimeSpan Age(Held held) => clock.GetElapsedTime(held.Timestamp);

    private Task<Held> RefreshTogether()
    {
        lock (_lock)
        {
            if (_refreshing is null or { IsCompleted: true })
                _refreshing = RefreshAsync();
            return _refreshing;
        }
    }

    /// <summary>Refreshes for all callers that wait: no cancellation of one of them ends it.</summary>
    private async Task<Held> RefreshAsync()
    {
        var (began, now) = (clock.GetTimestamp(), clock.GetUtcNow());
        var held = Volatile.Read(ref _held);
        if (held is not null && now - held.LoadedAt > LoadAfter)
            held = null;
        var announced = await changes.ReadAsync((held?.RefreshedAt ?? now) - SuppressionChanges.InFlight, CancellationToken.None);
        var open = announced.Where(change => held?.Applied.Contains(change.RowKey) is not true).Select(change => change.Range).Distinct().ToList();
        // A change that was done before its range is read need not be read again.
        var applied = announced.Where(change => change.IsDone).Select(change => change.RowKey).ToHashSet(StringComparer.Ordinal);
        var refreshed = held is null || open.Count > MaxRanges
            ? new Held(await LoadAsync(), now, now, began, applied)
            : new Held(await UpdateAsync(held.Snapshot, open), held.LoadedAt, now, began, applied);
        Volatile.Write(ref _held, refreshed);
        return refreshed;
    }

    private async Task<SuppressionSnapshot> LoadAsync()
    {
        var began = clock.GetTimestamp();
        var shards = Enumerable.Range(0, SuppressionKey.Shards).Select(shard => new KeyRange(
            new((UInt128)(uint)shard << 124), new(((UInt128)(uint)shard << 124) | (UInt128.MaxValue >> 4))));
        var snapshot = SuppressionSnapshot.Of(await ReadAsync(shards));
        logger.SuppressionsLoaded(snapshot.Count, clock.GetElapsedTime(began));
        return snapshot;
    }

    private async Task<SuppressionSnapshot> UpdateAsync(SuppressionSnapshot snapshot, List<KeyRange> ranges) =>
        ranges.Count == 0 ? snapshot : snapshot.Replace(ranges, await ReadAsync(ranges));

    private async Task<IEnumerable<(SuppressionKey, Suppressed)>> ReadAsync(IEnumerable<KeyRange> ranges)
    {
        var read = new List<(SuppressionKey, Suppressed)>();
        foreach (var some in ranges.Chunk(ParallelReads))
        {
            foreach (var part in await Task.WhenAll(some.Select(range => table.ReadAsync(range, CancellationToken.None))))
                read.AddRange(part);
        }

        return read;
    }

    /// <param name="LoadedAt">The time at which the whole list was read.</param>
    /// <param name="RefreshedAt">The time from which changes are not in it, by the clock of the storage service.</param>
    /// <param name="Timestamp">The same moment, for measuring its age.</param>
    /// <param name="Applied">The rows of SuppressionChanges that are completely included.</param>
    private sealed record Held(SuppressionSnapshot Snapshot, DateTimeOffset LoadedAt, DateTimeOffset RefreshedAt, long Timestamp, HashSet<string> Applied);
}
