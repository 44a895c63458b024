using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails</c>: one page of emails, newest first; it may be short or empty without being the last.</summary>
/// <param name="After">The cursor for the next page; null on the last.</param>
public sealed record EmailListAnswer(IReadOnlyList<ListedEmail> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <param name="Recipients">The number of recipients; <c>GET emails/{id}</c> names them.</param>
/// <param name="Attempts">The number of attempts that were begun.</param>
/// <param name="Relay">The relay of the last attempt.</param>
public sealed record ListedEmail(
    string Id,
    string Status,
    string Lane,
    string From,
    string Subject,
    int Recipients,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset? EndedAt,
    IReadOnlyList<EmailTag> Tags,
    string? BatchId,
    int Attempts,
    string? Relay,
    int Faults,
    string? Reason);
