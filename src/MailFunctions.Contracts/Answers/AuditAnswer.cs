using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>One call of the audit trail. It holds no address of a recipient, no body and no secret.</summary>
/// <param name="At">The time at which the call began, by the app's clock.</param>
/// <param name="RecordedAt">The same by the clock of the storage service, before the call was carried out. Where the two differ by
/// more than seconds, the app's clock was wrong.</param>
/// <param name="Who">The caller: <c>key:</c> and the id of an API key, <c>function-key:</c> and a fingerprint, <c>entra:</c> and
/// an object id, <c>operator:command</c>, or <c>app:volume-watch</c>.</param>
/// <param name="Call">The name of the call's function.</param>
/// <param name="Target">What the call is about, such as <c>emails/{id}</c>; an address stands as its SHA-256.</param>
/// <param name="Network">The client's network, /24 or /48; null if it is unknown.</param>
/// <param name="Result">One of <see cref="AuditResultName"/>.</param>
/// <param name="Status">The HTTP status of the answer; null if the result is unknown.</param>
/// <param name="Error">The name of the problem; null if there was none.</param>
/// <param name="CompletedAt">The time at which the result was known; null if it is unknown.</param>
[Schema("AuditEntry")]
public sealed record AuditAnswer(
    DateTimeOffset At,
    DateTimeOffset RecordedAt,
    string Who,
    string Call,
    string Target,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Network,
    [Words(typeof(AuditResultName))] string Result,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? Status,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? CompletedAt);

/// <summary>The answer to <c>GET audit</c>, the newest first.</summary>
/// <param name="After">The cursor for the next page, to be sent as <c>after</c>; null on the last. A page may have fewer entries
/// than asked for, even none, and still have a next.</param>
[Schema("AuditPage")]
public sealed record AuditPage(IReadOnlyList<AuditAnswer> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <summary>The last line of an export that took too long: it goes on in another call.</summary>
/// <param name="After">The cursor, to be sent as <c>after</c> with the same filters.</param>
[Schema("AuditContinuation")]
public sealed record AuditContinuation(string After);
