using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MailFunctions.Trust;

/// <summary>Tells who calls by the API key that came with the call. What was read is believed for a while, so that a call costs no storage request of its own.</summary>
/// <remarks>Thread safe.</remarks>
internal sealed class ApiKeys(ApiKeyTable table, TimeProvider clock)
{
    /// <summary>A key that was revoked works so long at most.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(30);

    /// <summary>So long after the first key was made, calls may still be told that there is none.</summary>
    public static readonly TimeSpan NoneBelievedFor = TimeSpan.FromSeconds(3);

    /// <summary>What a secret is compared with when its id is not known: that takes the same time.</summary>
    private static readonly byte[] Nobody = new byte[SHA256.HashSizeInBytes];

    private readonly ConcurrentDictionary<string, (ApiKey Key, long ReadAt)> _known = new(StringComparer.Ordinal);
    private long _noneAt = long.MinValue;
    private bool _any;

    /// <summary>Whether a key was ever made: rows are never deleted, so a yes stays one.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _any))
            return true;
        var noneAt = Volatile.Read(ref _noneAt);
        if (noneAt != long.MinValue && clock.GetElapsedTime(noneAt) < NoneBelievedFor)
            return false;

        var asked = clock.GetTimestamp();
        var any = await table.AnyAsync(cancellationToken);
        Volatile.Write(ref _noneAt, asked);
        Volatile.Write(ref _any, any);
        return any;
    }

    /// <returns>Null when the key is malformed, unknown, revoked or expired, or has another secret.</returns>
    public async Task<ApiKey?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (!ApiKeyText.TryParse(text, out var given))
            return null;

        var key = await ReadAsync(given.Id, cancellationToken);
        var isIts = CryptographicOperations.FixedTimeEquals(given.Hash(), key?.Hash ?? Nobody);
        return isIts && key is not null && key.IsUsable(clock.GetUtcNow()) ? key : null;
    }

    /// <summary>Only what exists is kept, so that strangers cannot fill the memory with ids.</summary>
    private async Task<ApiKey?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(id, out var known) && clock.GetElapsedTime(known.ReadAt) < BelievedFor)
            return known.Key;

        var asked = clock.GetTimestamp();
        var key = await table.ReadAsync(id, cancellationToken);
        if (key is null)
            _known.TryRemove(id, out _);
        else
            _known[id] = (key, asked);
        return key;
    }
}
