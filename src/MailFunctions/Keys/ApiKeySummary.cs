namespace MailFunctions.Keys;

/// <summary>The parts of a key that may be shown.</summary>
/// <param name="State">One of <see cref="KeyState"/>.</param>
/// <param name="MadeBy">The id of the API key that made it; null for one that was made with a function key or by an operator.</param>
/// <param name="LastUsedAt">The time of a recent use, at most a minute before the last; null before the first.</param>
public sealed record ApiKeySummary(string Id, string State, KeyTerms Terms, string? MadeBy, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt, DateTimeOffset? LastUsedAt)
{
    internal static ApiKeySummary Of(ApiKey key, DateTimeOffset now) =>
        new(key.Id, StateOf(key, now), KeyTerms.Of(key), key.Makers is [var maker, ..] ? maker : null, key.CreatedAt, key.RevokedAt, key.LastUsedAt);

    private static string StateOf(ApiKey key, DateTimeOffset now) =>
        key.RevokedAt is not null ? KeyState.Revoked : key.ExpiresAt <= now ? KeyState.Expired : key.NotBefore > now ? KeyState.NotYetValid : KeyState.Usable;
}
