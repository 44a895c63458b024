using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Api.Keys;

/// <summary>One row of the table ApiKeys: the permissions of a key, and the hash of its secret.</summary>
internal sealed record ApiKey
{
    public const string Partition = "key";

    /// <summary>The first version of rows whose keys contain a check; earlier keys have none.</summary>
    public const int FirstWithCheck = 2;

    /// <summary>
    /// The most keys in force at a time. A key's maker owns the storage anyway, so the limit guards against mistakes only.
    /// </summary>
    public const int MostInForce = 1_000;

    public int Version { get; init; } = FirstWithCheck;

    public required string Id { get; init; }

    /// <summary>A note for people: the holder or the purpose of the key.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the secret.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The addresses, domains or <c>*</c> that it may send as, within those that the app allows; none for all of those.</summary>
    public IReadOnlyList<string> Senders { get; init; } = [];

    /// <summary>The lanes that it may use, at least one. Mail that names no lane goes to the first.</summary>
    public required IReadOnlyList<Lane> Lanes { get; init; }

    /// <summary>The headers that it may set: names, or prefixes that end with <c>*</c>; none for all that the app allows.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time from which the key is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public bool MaySet(string header) => Headers.Count == 0 || Headers.Any(entry => entry[^1] == '*'
        ? header.StartsWith(entry[..^1], StringComparison.OrdinalIgnoreCase)
        : header.Equals(entry, StringComparison.OrdinalIgnoreCase));

    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    public TableEntity ToEntity() => new(Partition, Id)
    {
        ["v"] = Version,
        ["name"] = Name,
        ["hash"] = Hash,
        ["senders"] = string.Join(',', Senders),
        ["lanes"] = string.Join(',', Lanes.Select(LaneNames.Name)),
        ["headers"] = string.Join(',', Headers),
        ["created_at"] = RowValues.Time(CreatedAt),
        ["expires_at"] = RowValues.Time(ExpiresAt),
        ["revoked_at"] = RowValues.Time(RevokedAt),
    };

    public static ApiKey FromEntity(TableEntity entity) => new()
    {
        Version = entity.GetInt32("v") ?? 1,
        Id = entity.RowKey,
        Name = entity.RequiredText("name"),
        Hash = entity.GetBinary("hash"),
        Senders = entity.OptionalText("senders")?.Split(',') ?? [],
        Lanes = [.. entity.RequiredText("lanes").Split(',').Select(LaneNames.Parse)],
        Headers = entity.OptionalText("headers")?.Split(',') ?? [],
        CreatedAt = entity.RequiredTime("created_at"),
        ExpiresAt = entity.OptionalTime("expires_at"),
        RevokedAt = entity.OptionalTime("revoked_at"),
    };
}
