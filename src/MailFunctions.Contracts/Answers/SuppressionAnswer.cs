using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET suppressions/{address}</c> and to a PUT: an address that must not be mailed.</summary>
/// <param name="Address">As it is compared: in lower case, the domain in ASCII.</param>
/// <param name="Reason">One of <see cref="SuppressionReasonName"/>.</param>
/// <param name="Scope">One of <see cref="SuppressionScopeName"/>.</param>
/// <param name="ExpiresAt">Null: it stays for good.</param>
public sealed record SuppressionAnswer(
    string Address,
    string Reason,
    string Scope,
    DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ExpiresAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Note);

/// <summary>The answer to <c>GET suppressions</c>.</summary>
/// <param name="After">What to give as <c>after</c> for the next page; null when this is the last.</param>
public sealed record SuppressionPage(IReadOnlyList<SuppressionAnswer> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <summary>The answer to <c>POST suppressions</c>.</summary>
/// <param name="Imported">Addresses; one that was named twice counts once.</param>
public sealed record ImportAnswer(int Imported);
