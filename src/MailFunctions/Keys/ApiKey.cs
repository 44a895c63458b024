using Azure;
using Azure.Data.Tables;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Keys;

/// <summary>One row of the table ApiKeys: what a key may do, and the hash of its secret.</summary>
internal sealed record ApiKey
{
    public const string Partition = "key";

    /// <summary>The first version of rows whose keys contain a check; earlier keys have none.</summary>
    public const int FirstWithCheck = 2;

    /// <summary>The version of rows that name rights, and hold all limits in one property.</summary>
    public const int FirstWithRights = 3;

    /// <summary>
    /// The most keys in force at a time. A key's maker owns the storage anyway, so the limit guards against mistakes only.
    /// </summary>
    public const int MostInForce = 1_000;

    /// <summary>The most keys of which each made the next.</summary>
    public const int MostMakers = 8;

    public int Version { get; init; } = FirstWithRights;

    public required string Id { get; init; }

    /// <summary>
    /// The ids of its maker and of the makers before, the nearest first; empty for a key that was made with a function key or by
    /// an operator. Its mail counts for their quotas too, and a pause of one of them is a pause of this key.
    /// </summary>
    public IReadOnlyList<string> Makers { get; init; } = [];

    /// <summary>A note for people: the holder or the purpose of the key.</summary>
    public required string Name { get; init; }

    /// <summary>The SHA-256 of the secret.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>False for a key without a check in its text: one of an earlier version, or the first key of a deployment.</summary>
    public bool HasCheck { get; init; } = true;

    public required Rights Rights { get; init; }

    public required KeyLimits Limits { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The time before which the key is refused; null for none.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The time from which the key is refused; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The time of a recent use, at most a minute before the last; null before the first.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    public ETag ETag { get; init; }

    public bool IsUsable(DateTimeOffset now) => IsInForce(now) && !(NotBefore > now);

    /// <summary>True unless it is revoked or expired: one that is not valid yet counts as well.</summary>
    public bool IsInForce(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    /// <summary>Tests whether <paramref name="other"/> may do no more than this key: no other right, no wider limit, no other time.</summary>
    public bool Covers(ApiKey other) =>
        Rights.Cover(other.Rights)
        && Limits.Cover(other.Limits)
        && (NotBefore is null || other.NotBefore >= NotBefore)
        && (ExpiresAt is null || other.ExpiresAt <= ExpiresAt);

    public TableEntity ToEntity()
    {
        var entity = ToTerms();
        entity["v"] = Version;
        entity["hash"] = Hash;
        entity["created_at"] = RowValues.Time(CreatedAt);
        entity["revoked_at"] = RowValues.Time(RevokedAt);
        if (!HasCheck)
            entity["unchecked"] = true;
        if (Makers.Count > 0)
            entity["makers"] = string.Join(',', Makers);
        return entity;
    }

    /// <summary>The properties that a change of the key writes. It empties the <c>lanes</c> of an earlier version's row.</summary>
    public TableEntity ToChange()
    {
        var entity = ToTerms();
        entity["lanes"] = "";
        return entity;
    }

    /// <remarks>
    /// The property <c>lanes</c>, which an earlier version of the app requires, is missing: that version does not know rights,
    /// and fails to read the key instead of letting it do more than it may.
    /// </remarks>
    private TableEntity ToTerms() => new(Partition, Id)
    {
        ["name"] = Name,
        ["rights"] = string.Join(',', RightNames.Of(Rights)),
        ["limits"] = LimitsDocument.Write(Limits),
        ["not_before"] = RowValues.Time(NotBefore),
        ["expires_at"] = RowValues.Time(ExpiresAt),
    };

    public static ApiKey FromEntity(TableEntity entity)
    {
        var limits = entity.OptionalText("limits");
        return new()
        {
            Version = entity.GetInt32("v") ?? 1,
            Id = entity.RowKey,
            Makers = entity.OptionalText("makers")?.Split(',') ?? [],
            Name = entity.RequiredText("name"),
            Hash = entity.GetBinary("hash"),
            HasCheck = entity.GetInt32("v") >= FirstWithCheck && entity.GetBoolean("unchecked") != true,
            Rights = limits is null ? RightNames.OfEarlierVersions : RightNames.Parse(entity.RequiredText("rights")),
            Limits = limits is null ? LimitsOfEarlierVersions(entity) : LimitsDocument.Read(limits),
            CreatedAt = entity.RequiredTime("created_at"),
            NotBefore = entity.OptionalTime("not_before"),
            ExpiresAt = entity.OptionalTime("expires_at"),
            RevokedAt = entity.OptionalTime("revoked_at"),
            LastUsedAt = entity.OptionalTime("last_used_at"),
            ETag = entity.ETag,
        };
    }

    private static KeyLimits LimitsOfEarlierVersions(TableEntity entity) => new()
    {
        Senders = entity.OptionalText("senders")?.Split(',') ?? ["*"],
        Lanes = [.. entity.RequiredText("lanes").Split(',').Select(LaneNames.Parse)],
        Headers = entity.OptionalText("headers")?.Split(',') ?? [],
    };
}
