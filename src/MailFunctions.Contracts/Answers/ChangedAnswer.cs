namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails/{id}/cancel</c>: the current state of the email.</summary>
[Schema("ChangedEmail")]
public sealed record ChangedAnswer([Schema(SchemaNames.Id)] string Id, [Words(typeof(EmailStatus))] string Status);

/// <summary>The answer to <c>POST batches/{id}/cancel</c>.</summary>
/// <param name="Canceled">The number of canceled emails, by this call or before.</param>
/// <param name="Emails">The number of emails.</param>
[Schema("CanceledBatch")]
public sealed record CanceledBatchAnswer([Schema(SchemaNames.Id)] string Id, int Canceled, int Emails, IReadOnlyList<ChangedAnswer> Data);

/// <summary>The answer to <c>PATCH emails/{id}</c>.</summary>
/// <param name="ScheduledAt">The new time.</param>
/// <param name="ExpiresAt">The time after which no attempt begins.</param>
[Schema("RescheduledEmail")]
public sealed record RescheduledAnswer(
    [Schema(SchemaNames.Id)] string Id, [Words(typeof(EmailStatus))] string Status, DateTimeOffset ScheduledAt, DateTimeOffset ExpiresAt);
