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

/// <summary>
/// This process's snapshot of the list: loaded once, then kept up to date by the changes since. Mail does not wait for the
/// loading of a long list: until then its own recipients are looked up.
/// </summary>
/// <remarks>Thread safe. Callers that need a newer one at the same time share one refresh, and its failure.</remarks>
internal sealed class SuppressionList(
    SuppressionLoader loader, SuppressionChanges changes, SuppressionAges ages, TimeProvider clock, ILogger<SuppressionList> logger)
{
    /// <summary>The age at which the whole list is loaded again, also after a time without use.</summary>
    private static readonly TimeSpan LoadAfter = TimeSpan.FromHours(6);

    /// <summary>The pause after a failed loading that no caller waited for.</summary>
    private static readonly TimeSpan LoadPause = TimeSpan.FromSeconds(5);

    /// <summary>The number of changed ranges beyond which loading the whole list is cheaper.</summary>
    private const int MaxRanges = 1000;

    private readonly Lock _lock = new();
    private Held? _held;
    private Task<Held?>? _refreshing;
    private Task<Held>? _loading;
    private long _loadedAt;

    /// <returns>The list as it was at most 30 s ago, or 5 min when storage does not answer.</returns>
    /// <exception cref="Azure.RequestFailedException">Storage does not answer, and the snapshot is older: no mail may be sent.</exception>
    public Task<SuppressionSnapshot> CurrentAsync(CancellationToken cancellationToken) =>
        HeldOrAsync(async () => (await LoadTogether().WaitAsync(cancellationToken)).Snapshot, cancellationToken);

    /// <summary>Returns the list as far as some keys are concerned. While the whole of it is being loaded, they are looked up one by one.</summary>
    /// <inheritdoc cref="CurrentAsync"/>
    public Task<SuppressionSnapshot> OfAsync(IEnumerable<SuppressionKey> keys, CancellationToken cancellationToken) => HeldOrAsync(
        () =>
        {
            LoadInBackground();
            return loader.ReadAsync(keys, cancellationToken);
        },
        cancellationToken);

    /// <param name="whileLoading">Takes the place of the snapshot when it has to be loaded.</param>
    private async Task<SuppressionSnapshot> HeldOrAsync(Func<Task<SuppressionSnapshot>> whileLoading, CancellationToken cancellationToken)
    {
        var held = Volatile.Read(ref _held);
        if (held is not null && Age(held) < ages.Fresh)
            return held.Snapshot;
        try
        {
            return await RefreshTogether().WaitAsync(cancellationToken) is { } refreshed ? refreshed.Snapshot : await whileLoading();
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

    private Task<Held?> RefreshTogether()
    {
        lock (_lock)
        {
            if (_loading is { IsCompleted: false })
                return Task.FromResult<Held?>(null);
            if (_refreshing is null or { IsCompleted: true })
                _refreshing = RefreshAsync();
            return _refreshing;
        }
    }

    private Task<Held> LoadTogether()
    {
        lock (_lock)
        {
            if (_loading is null or { IsCompleted: true })
                _loading = LoadAsync();
            return _loading;
        }
    }

    private void LoadInBackground()
    {
        lock (_lock)
        {
            if (_loading is { IsFaulted: true } && clock.GetElapsedTime(_loadedAt) < LoadPause)
                return;
        }

        // Its failure is for callers that wait for it; the next caller begins again.
        _ = LoadTogether().ContinueWith(loading => loading.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Refreshes for all callers that wait: no cancellation of one of them ends it.</summary>
    /// <returns>Null if the whole list has to be loaded.</returns>
    private async Task<Held?> RefreshAsync()
    {
        var (began, now) = (clock.GetTimestamp(), clock.GetUtcNow());
        if (Volatile.Read(ref _held) is not { } held || now - held.LoadedAt > LoadAfter)
            return null;
        var announced = await changes.ReadAsync(held.RefreshedAt - SuppressionChanges.InFlight, CancellationToken.None);
        var open = announced.Where(change => !held.Applied.Contains(change.RowKey)).Select(change => change.Range).Distinct().ToList();
        if (open.Count > MaxRanges)
            return null;
        var refreshed = new Held(await loader.UpdateAsync(held.Snapshot, open), held.LoadedAt, now, began, Applied(announced));
        Volatile.Write(ref _held, refreshed);
        return refreshed;
    }

    private async Task<Held> LoadAsync()
    {
        var (began, now) = (clock.GetTimestamp(), clock.GetUtcNow());
        try
        {
            var announced = await changes.ReadAsync(now - SuppressionChanges.InFlight, CancellationToken.None);
            var loaded = new Held(await loader.LoadAsync(), now, now, began, Applied(announced));
            Volatile.Write(ref _held, loaded);
            return loaded;
        }
        finally
        {
            Volatile.Write(ref _loadedAt, clock.GetTimestamp());
        }
    }

    /// <summary>A change that was done before its range is read need not be read again.</summary>
    private static HashSet<string> Applied(IEnumerable<SuppressionChange> announced) =>
        announced.Where(change => change.IsDone).Select(change => change.RowKey).ToHashSet(StringComparer.Ordinal);

    /// <param name="LoadedAt">The time at which the whole list was read.</param>
    /// <param name="RefreshedAt">The time from which changes are not in it, by the clock of the storage service.</param>
    /// <param name="Timestamp">The same moment, for measuring its age.</param>
    /// <param name="Applied">The rows of SuppressionChanges that are completely included.</param>
    private sealed record Held(SuppressionSnapshot Snapshot, DateTimeOffset LoadedAt, DateTimeOffset RefreshedAt, long Timestamp, HashSet<string> Applied);
}
