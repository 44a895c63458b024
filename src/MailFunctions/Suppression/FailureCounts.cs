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

    private readonly Lock _lock = new();
    private ConcurrentDictionary<SuppressionKey, bool> _failing = new();
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

    /// <summary>Lists the addresses with failures, when that was not done for a while. When storage does not answer, what was known stays.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_listedAt is { } at && clock.GetElapsedTime(at) < KnownWithin)
                return;
            _listedAt = clock.GetTimestamp();
        }

        try
        {
            var keys = await table.KeysAsync(cancellationToken);
            _failing = new(keys.Select(key => KeyValuePair.Create(key, true)));
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            logger.FailuresNotListed(exception.GetType().Name);
        }
    }
}
