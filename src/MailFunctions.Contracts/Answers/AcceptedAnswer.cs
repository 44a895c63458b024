using System.ComponentModel.DataAnnotations;

namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails</c>: the email is accepted, and ends in one visible state.</summary>
/// <param name="AcceptedAt">The time of the accept.</param>
/// <param name="ScheduledAt">The time at which it is to be sent; absent when at once.</param>
/// <param name="ExpiresAt">The time after which no attempt begins.</param>
/// <param name="Recipients">The number of mailboxes that it goes to; one that is named twice counts once.</param>
[Schema("AcceptedEmail")]
public sealed record AcceptedAnswer(
    [Schema(SchemaNames.Id)] string Id,
    [AllowedValues(EmailStatus.Scheduled, EmailStatus.Queued)] string Status,
    [Words(typeof(EmailLane))] string Lane,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? ScheduledAt,
    DateTimeOffset ExpiresAt,
    [Range(1, 50)] int Recipients);

/// <summary>The answer to <c>POST emails/batch</c>: the ids in the order of the emails, and the errors of those left out.</summary>
/// <param name="Data">The accepted emails in the order in which they were given.</param>
/// <param name="Errors">The errors of the emails that were left out. Only of a permissive batch, or of one that was lost
/// half-way and sent again after the server's settings had changed; absent without errors.</param>
[Schema("AcceptedBatch")]
public sealed record AcceptedBatchAnswer([Schema(SchemaNames.Id)] string Id, IReadOnlyList<AcceptedId> Data, IReadOnlyList<ProblemError>? Errors);

[Schema("AcceptedId")]
public sealed record AcceptedId([Schema(SchemaNames.Id)] string Id);
