using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>An API key, without its secret.</summary>
/// <param name="Id">The part of the key after <c>mf_</c>, by which it is named; no secret.</param>
/// <param name="State">One of <see cref="KeyState"/>.</param>
/// <param name="Recipients">Empty for all.</param>
/// <param name="Headers">Empty for all that the app allows.</param>
/// <param name="Templates">Empty for all, and for mail without a template.</param>
/// <param name="Networks">Empty for all.</param>
/// <param name="Quotas">Empty for none.</param>
/// <param name="NotBefore">Null for none.</param>
/// <param name="ExpiresAt">Null for never.</param>
/// <param name="MadeBy">The id of the API key that made it; null for one that was made with a function key or by an operator.</param>
/// <param name="LastUsedAt">The time of a recent use, at most a minute before the last; null before the first.</param>
/// <param name="Key">The whole key, which is shown this once: in the answer to <c>POST keys</c> only.</param>
[Schema("ApiKey")]
public sealed record ApiKeyAnswer(
    string Id,
    string Name,
    [Words(typeof(KeyState))] string State,
    [Words(typeof(KeyRight))] IReadOnlyList<string> Rights,
    IReadOnlyList<string> Senders,
    IReadOnlyList<string> Recipients,
    [Words(typeof(EmailLane))] IReadOnlyList<string> Lanes,
    IReadOnlyList<string> Headers,
    IReadOnlyList<string> Templates,
    IReadOnlyList<string> Networks,
    IReadOnlyList<string> Quotas,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? NotBefore,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? MadeBy,
    DateTimeOffset CreatedAt,
    DateTimeOffset? RevokedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? LastUsedAt,
    string? Key);

/// <summary>The answer to <c>GET keys</c>.</summary>
/// <param name="Data">The keys that may do no more than the caller, in the order of their ids.</param>
/// <param name="After">The cursor for the next page, to be sent as <c>after</c>; null on the last.</param>
[Schema("ApiKeyPage")]
public sealed record ApiKeyPage(IReadOnlyList<ApiKeyAnswer> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);
