using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>PUT pauses/{kind}/{name}</c>: what is paused, by whom, and why.</summary>
/// <param name="Kind">One of <see cref="PauseKindName"/>.</param>
/// <param name="Name">The id of a key; an address, or a domain; the name of a lane.</param>
/// <param name="PausedBy">The caller, as the audit trail names callers.</param>
/// <param name="PausedAt">The time at which it was paused.</param>
/// <param name="ExpiresAt">The time at which the pause ends by itself; null if a call must end it.</param>
[Schema("Pause")]
public sealed record PauseAnswer(
    [Words(typeof(PauseKindName))] string Kind,
    string Name,
    string Reason,
    string PausedBy,
    DateTimeOffset PausedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ExpiresAt);

/// <summary>The answer to <c>GET pauses</c>: everything that is paused now.</summary>
[Schema("Pauses")]
public sealed record PausePage(IReadOnlyList<PauseAnswer> Data);
