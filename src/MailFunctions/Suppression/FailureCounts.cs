using System.Collections.Concurrent;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Suppression;

/// <summary>
/// Counts the mails that failed softly for an address since its last success. Storage is asked at failures; a success asks it
/// only for an address that this process knows to have failures.
/// </summary>
/// <remarks>
/// Thread safe. The failures that other processes count are known within <see cref="KnownWithin"/>; a success sooner after
/// them may be overlooked.
/// </remarks>
internal sealed class FailureCounts(FailureTable table, TimeProvider clock, ILogger<FailureCounts> logger)
{
    public static readonly TimeSpan KnownWithin = TimeSpan.FromMinutes(5);

    /// <summary>The most addresses that a process knows to have failures: about 5 MB.</summary>
    public const int MostKnown = 50_000;

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<SuppressionKey, bool> _failing = new();
    private long? _listedAt;

    /// <summary>Adds a failed mail. Adding it again changes nothing.</summary>
    /// <param name="window">The time after which a failure no longer counts.</param>
    /// <returns>The number of mails that failed in that time.</returns>
    public async Task<int> AddAsync(SuppressionKey key, SoftFailure failure, TimeSpan window, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (before, etag) = await table.ReadAsync(key, cancellationToken);
            var counted = before.Where(other => other.At > failure.At - window).ToList();
            if (!counted.Exists(other => other.Mail == failure.Mail))
                counted.Add(failure);
            else if (counted.Count == before.Count)
                return counted.Count;
            if (await table.TryWriteAsync(key, counted, failure.At + window, etag, cancellationToken))
            {
                if (_failing.Count < MostKnown)
                    _failing[key] = true;
                return counted.Count;
            }
        }
    }

    /// <summary>Forgets the failures of an address.</summary>
    public async Task ForgetAsync(SuppressionKey key, CancellationToken cancellationToken)
    {
        await table.RemoveAsync(key, cancellationToken);
        _failing.TryRemove(key, out _);
    }

    /// <summary>Tests whether an address is known to have failures, without asking storage.</summary>
    public bool IsFailing(SuppressionKey key) => _failing.ContainsKey(key);

    /// <summary>True when no address is known to have failures.</summary>
    public bool IsEmpty => _failing.IsEmpty;

    /// <summary>
    /// Begins to list the addresses with failures, when that was not done for a while; no caller waits for it. When storage does not
    /// answer, what was known stays.
    /// </summary>
    public void Refresh()
    {
        lock (_lock)
        {
            if (_listedAt is { } at && clock.GetElapsedTime(at) < KnownWithin)
                return;
            _listedAt = clock.GetTimestamp();
        }

        _ = ListAsync();
    }

    private async Task ListAsync()
    {
        try
        {
            await foreach (var key in table.KeysAsync(CancellationToken.None))
            {
                if (_failing.Count >= MostKnown)
                    return;
                _failing.TryAdd(key, true);
            }
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            logger.FailuresNotListed(exception.GetType().Name);
        }
    }
}
