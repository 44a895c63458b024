using System.Text.Json.Serialization;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>GET emails</c>: one page of emails, newest first; it may be short, or empty, and yet not the last.</summary>
/// <param name="After">Where the next page begins; null on the last.</param>
public sealed record EmailListAnswer(IReadOnlyList<ListedEmail> Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? After);

/// <param name="Recipients">How many it has; <c>GET emails/{id}</c> names them.</param>
/// <param name="Attempts">How many were begun.</param>
/// <param name="Relay">The one that the last of them went to.</param>
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
