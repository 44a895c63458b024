using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace MailFunctions.Api.Keys;

/// <summary>
/// Tells who calls by the API key that came with the call. What was read is believed for a while, so that a call costs no
/// storage request of its own, and neither does a guess: a key with a check is refused by it, and those without one, which
/// earlier versions made, are read together, as seldom as any one of them.
/// </summary>
/// <remarks>Thread safe.</remarks>
internal sealed class ApiKeys
{
    /// <summary>A key that was revoked works so long at most.</summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(30);

    /// <summary>So long after the first key was made, calls may still be told that there is none.</summary>
    public static readonly TimeSpan NoneBelievedFor = TimeSpan.FromSeconds(3);

    /// <summary>What a secret is compared with when its id is not known: that takes the same time.</summary>
    private static readonly byte[] UnknownKey = new byte[SHA256.HashSizeInBytes];

    private readonly SharedReading<bool> _any;
    private readonly SharedReading<byte[]?> _checkKey;
    private readonly SharedReading<IReadOnlyDictionary<string, ApiKey>> _withoutCheck;

    /// <summary>Keys that were made here alone, so that strangers cannot fill it.</summary>
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

    /// <summary>Whether a key was ever made: rows are never deleted, so a yes stays one.</summary>
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

    private async Task<ApiKey?> ReadAsync(ApiKeyText given, CancellationToken cancellationToken)
    {
        var checkKey = await _checkKey.ReadAsync(cancellationToken);
        return checkKey is not null && given.IsMadeUnder(checkKey)
            ? await _known.GetOrAdd(given.Id, id => new(() => _table.ReadAsync(id, CancellationToken.None), _ => BelievedFor, _clock)).ReadAsync(cancellationToken)
            : null;
    }

    private async Task<IReadOnlyDictionary<string, ApiKey>> ReadWithoutCheckAsync() =>
        (await _table.ListWithoutCheckAsync(CancellationToken.None)).ToDictionary(key => key.Id, StringComparer.Ordinal);
}
