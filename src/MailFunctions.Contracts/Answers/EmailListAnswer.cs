using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails</c>: one page of emails, newest first; it may be short or empty without being the last.</summary>
/// <param name="After">The cursor for the next page, to be sent as <c>after</c>; null on the last.</param>
[Schema("EmailPage")]
public sealed record EmailListAnswer(IReadOnlyList<ListedEmail> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <param name="Recipients">The number of recipients; <c>GET emails/{id}</c> names them.</param>
/// <param name="AcceptedAt">The time of the accept.</param>
/// <param name="ScheduledAt">The time that the caller asked for; absent when the email was to be sent at once.</param>
/// <param name="NextAttemptAt">The time at which the next attempt is due; absent when none is planned.</param>
/// <param name="EndedAt">The time at which it reached a final state or was put on hold.</param>
/// <param name="BatchId">The batch in which it was accepted.</param>
/// <param name="Attempts">The number of attempts that were begun.</param>
/// <param name="Relay">The relay of the last attempt.</param>
/// <param name="Faults">The number of failures of the server's own processing.</param>
[Schema("ListedEmail")]
public sealed record ListedEmail(
    [Schema(SchemaNames.Id)] string Id,
    [Words(typeof(EmailStatus))] string Status,
    [Words(typeof(EmailLane))] string Lane,
    string From,
    string Subject,
    int Recipients,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<EmailTag> Tags,
    [Schema(SchemaNames.Id)] string? BatchId,
    int Attempts,
    string? Relay,
    int Faults,
    string? Reason);
