using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MailFunctions.Keys;

/// <summary>
/// Identifies callers by their API key. Results are cached for a while, so that neither a valid call nor a guess costs a
/// storage request of its own: a key with a wrong check is refused without one, and keys without a check, those of earlier
/// versions and first keys, are read all together, once per period.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class ApiKeys
{
    /// <summary>
    /// The time for which a key is cached. A revocation holds within 5 seconds: at the next read, which is under way by then.
    /// </summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(4);

    /// <summary>The longest time after the first key was made in which calls may still be answered as if there were none.</summary>
    public static readonly TimeSpan NoneBelievedFor = TimeSpan.FromSeconds(3);

    /// <summary>The hash that the secret is compared with when its id is unknown, which takes the same time.</summary>
    private static readonly byte[] UnknownKey = new byte[SHA256.HashSizeInBytes];

    private readonly SharedReading<bool> _any;
    private readonly SharedReading<byte[]?> _checkKey;
    private readonly SharedReading<IReadOnlyDictionary<string, ApiKey>> _withoutCheck;

    /// <summary>The cache, limited to keys that were made by this app, so that strangers cannot fill it.</summary>
    private readonly ConcurrentDictionary<string, SharedReading<ApiKey?>> _known = new(StringComparer.Ordinal);

    private readonly ApiKeyTable _table;
    private readonly TimeProvider _clock;

    public ApiKeys(ApiKeyTable table, TimeProvider clock)
    {
        (_table, _clock) = (table, clock);
        _any = new(() => table.AnyAsync(CancellationToken.None), any => any ? Timeout.InfiniteTimeSpan : NoneBelievedFor, clock);
        _checkKey = new(() => table.FindCheckKeyAsync(CancellationToken.None), key => key is null ? NoneBelievedFor : Timeout.InfiniteTimeSpan, clock);
        _withoutCheck = new(ReadWithoutCheckAsync, _ => BelievedFor, clock);
    }

    /// <summary>Tests whether a key was ever made; rows are never deleted, so this stays true.</summary>
    public Task<bool> AnyAsync(CancellationToken cancellationToken) => _any.ReadAsync(cancellationToken);

    /// <returns>Null when the key is malformed, unknown, revoked or expired, or has another secret.</returns>
    public async Task<ApiKey?> FindAsync(string text, CancellationToken cancellationToken)
    {
        if (!ApiKeyText.TryParse(text, out var given))
            return null;

        var key = given.HasCheck ? await ReadAsync(given, cancellationToken) : (await _withoutCheck.ReadAsync(cancellationToken)).GetValueOrDefault(given.Id);
        var isIts = CryptographicOperations.FixedTimeEquals(given.Hash(), key?.Hash ?? UnknownKey);
        return isIts && key is not null && key.IsUsable(_clock.GetUtcNow()) ? key : null;
    }

    /// <summary>Reads the makers of a key, whether they are in force or not: their quotas and pauses concern it either way.</summary>
    public async Task<IReadOnlyList<ApiKey>> MakersOfAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var makers = new List<ApiKey>(key.Makers.Count);
        foreach (var id in key.Makers)
            makers.Add(await ReadAsync(id, cancellationToken) ?? throw new InvalidDataException($"The row of API key {id}, which made {key.Id}, is gone."));
        return makers;
    }

    private async Task<ApiKey?> ReadAsync(ApiKeyText given, CancellationToken cancellationToken)
    {
        var checkKey = await _checkKey.ReadAsync(cancellationToken);
        return checkKey is not null && given.IsMadeUnder(checkKey) ? await ReadAsync(given.Id, cancellationToken) : null;
    }

    private Task<ApiKey?> ReadAsync(string id, CancellationToken cancellationToken) =>
        _known.GetOrAdd(id, _ => new(() => _table.ReadAsync(id, CancellationToken.None), _ => BelievedFor, _clock)).ReadAsync(cancellationToken);

    private async Task<IReadOnlyDictionary<string, ApiKey>> ReadWithoutCheckAsync() =>
        (await _table.ListWithoutCheckAsync(CancellationToken.None)).ToDictionary(key => key.Id, StringComparer.Ordinal);
}
