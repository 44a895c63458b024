using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET suppressions/{address}</c> and to a PUT: an address that must not be mailed.</summary>
/// <param name="Address">The address as it is compared: in lower case, the domain in ASCII.</param>
/// <param name="Reason">One of <see cref="SuppressionReasonName"/>.</param>
/// <param name="Scope">One of <see cref="SuppressionScopeName"/>.</param>
/// <param name="CreatedAt">The time at which it was added.</param>
/// <param name="ExpiresAt">Null for a permanent entry.</param>
/// <param name="Mail">The id of the mail whose failure made the app store it; null for an entry of a caller.</param>
/// <param name="Topic">The topic whose mail alone is stopped; absent for an entry that concerns no topic.</param>
[Schema("SuppressionDetails")]
public sealed record SuppressionAnswer(
    string Address,
    [Words(typeof(SuppressionReasonName))] string Reason,
    [Words(typeof(SuppressionScopeName))] string Scope,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Note,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Mail,
    string? Topic = null);

/// <summary>The answer to <c>GET suppressions</c>.</summary>
/// <param name="After">The cursor for the next page, to be sent as <c>after</c>; null on the last.</param>
[Schema("SuppressionPage")]
public sealed record SuppressionPage(IReadOnlyList<SuppressionAnswer> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <summary>The answer to <c>POST suppressions</c>.</summary>
/// <param name="Imported">The number of addresses; one that was named twice counts once.</param>
[Schema("ImportAnswer")]
public sealed record ImportAnswer(int Imported);
