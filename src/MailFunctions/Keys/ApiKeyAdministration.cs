using System.Globalization;
using MailFunctions.Http;
using MailFunctions.Mail;
using MailFunctions.Storage;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Keys;

/// <summary>Makes, lists and revokes API keys, for operators with write access to the storage account.</summary>
public sealed class ApiKeyAdministration
{
    private const int NameChars = 64;

    /// <summary>The most characters of all senders together, far below the 32 Ki characters of a table's property.</summary>
    private const int SendersChars = 8 * 1024;

    private const int MostHeaders = 100;

    private const int HeaderNameChars = 76;

    private readonly ApiKeyTable _table;
    private readonly TimeProvider _clock;

    internal ApiKeyAdministration(ApiKeyTable table, TimeProvider clock) => (_table, _clock) = (table, clock);

    /// <summary>Opens the storage account of the setting <c>AzureWebJobsStorage</c>; creates the table when it is missing.</summary>
    public static async Task<ApiKeyAdministration> OpenAsync(IConfiguration configuration, CancellationToken cancellationToken)
    {
        var clock = new StorageClock(TimeProvider.System);
        var table = new ApiKeyTable(new StorageClients(configuration, clock));
        await table.CreateAsync(cancellationToken);
        return new ApiKeyAdministration(table, clock);
    }

    /// <param name="name">A note for people: 1 to 64 characters.</param>
    /// <param name="senders">Addresses, domains or <c>*</c>; none for all that the app allows.</param>
    /// <param name="lanes">Names of lanes, the default first; none for both.</param>
    /// <param name="expires">A date, an instant in ISO 8601, or days such as <c>90d</c>; null for never.</param>
    /// <returns>The whole key, which cannot be retrieved later.</returns>
    /// <exception cref="ArgumentException">An argument is invalid; the message is for the person who asked.</exception>
    public Task<string> AddAsync(string name, IReadOnlyList<string> senders, IReadOnlyList<string> lanes, string? expires, CancellationToken cancellationToken) =>
        AddAsync(name, senders, lanes, [], expires, cancellationToken);

    /// <param name="headers">Names of headers that mail may set, or prefixes that end with <c>*</c>; none for all that the
    /// app allows.</param>
    /// <inheritdoc cref="AddAsync(string, IReadOnlyList{string}, IReadOnlyList{string}, string?, CancellationToken)"/>
    public async Task<string> AddAsync(
        string name, IReadOnlyList<string> senders, IReadOnlyList<string> lanes, IReadOnlyList<string> headers, string? expires, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        name = name.Trim();
        if (name.Length is 0 or > NameChars || name.Any(char.IsControl))
            throw new ArgumentException($"A key needs a name of 1 to {NameChars} characters.");
        if (!AddressList.TryParse(senders, out _, out var faults))
            throw new ArgumentException(string.Join(' ', faults));
        if (senders.Sum(sender => sender.Length + 1) > SendersChars)
            throw new ArgumentException($"The senders have more than {SendersChars} characters together; name domains instead of addresses.");

        if (headers.Count > MostHeaders || headers.FirstOrDefault(header => !IsHeader(header)) is not null)
            throw new ArgumentException($"The headers are at most {MostHeaders} names, such as X-Entity-Ref-ID, or beginnings, such as X-Shop-*.");

        if ((await _table.ListAsync(cancellationToken)).Count(key => key.IsUsable(now)) >= ApiKey.MostInForce)
            throw new ArgumentException($"There are {ApiKey.MostInForce} keys in force, which is as many as there may be: revoke one that nobody uses.");

        var text = ApiKeyText.New(await _table.CheckKeyAsync(cancellationToken));
        var key = new ApiKey
        {
            Id = text.Id,
            Name = name,
            Hash = text.Hash(),
            Rights = RightNames.OfEarlierVersions,
            Limits = new KeyLimits
            {
                Senders = senders.Count == 0 ? ["*"] : senders,
                Lanes = lanes.Count == 0 ? [Lane.Transactional, Lane.Bulk] : [.. lanes.Select(ReadLane).Distinct()],
                Headers = headers,
            },
            CreatedAt = now,
            ExpiresAt = expires is null ? null : ReadExpiry(expires, now),
        };
        await _table.AddAsync(key, cancellationToken);
        return text.Reveal();
    }

    public async Task<IReadOnlyList<ApiKeySummary>> ListAsync(CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        return [.. (await _table.ListAsync(cancellationToken)).Select(key => ApiKeySummary.Of(key, now))];
    }

    /// <param name="id">The part between <c>mf_</c> and the secret.</param>
    /// <returns>False when there is no such key.</returns>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken) =>
        ApiKeyText.IsId(id) && await _table.RevokeAsync(id, _clock.GetUtcNow(), cancellationToken);

    private static bool IsHeader(string entry) =>
        entry.TrimEnd('*') is { Length: > 0 and <= HeaderNameChars } name
        && entry.Length - name.Length <= 1
        && name.All(c => c is > ' ' and < '\x7F' and not (':' or ',' or '*'));

    private static Lane ReadLane(string text) => LaneNames.TryParse(text, out var lane)
        ? lane
        : throw new ArgumentException($"'{text}' is no lane: there are {LaneNames.Transactional} and {LaneNames.Bulk}.");

    private static DateTimeOffset ReadExpiry(string text, DateTimeOffset now)
    {
        DateTimeOffset? at = text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= 36_525
            ? now + TimeSpan.FromDays(days)
            : Instant.TryParse(text, out var moment) || Instant.TryParse($"{text}T00:00:00Z", out moment) ? moment : null;
        return at > now ? at.Value : throw new ArgumentException($"'{text}' is no time ahead: it takes days, such as 90d, a date, such as 2027-01-31, or a moment in ISO 8601.");
    }
}

/// <summary>The parts of a key that may be shown.</summary>
/// <param name="State"><c>usable</c>, <c>expired</c> or <c>revoked</c>.</param>
/// <param name="Headers">Empty for all that the app allows.</param>
public sealed record ApiKeySummary(
    string Id, string Name, string State, IReadOnlyList<string> Senders, IReadOnlyList<Lane> Lanes, IReadOnlyList<string> Headers, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt)
{
    internal static ApiKeySummary Of(ApiKey key, DateTimeOffset now) =>
        new(key.Id, key.Name, key.RevokedAt is not null ? "revoked" : key.IsUsable(now) ? "usable" : "expired", key.Limits.Senders, key.Limits.Lanes, key.Limits.Headers, key.CreatedAt, key.ExpiresAt);
}
