namespace MailFunctions.Contracts;

/// <summary>The answer to <c>POST emails/{id}/cancel</c>: the current state of the email.</summary>
public sealed record ChangedAnswer(string Id, string Status);

/// <summary>The answer to <c>POST batches/{id}/cancel</c>.</summary>
/// <param name="Canceled">The number of canceled emails, by this call or before.</param>
/// <param name="Emails">The number of emails.</param>
public sealed record CanceledBatchAnswer(string Id, int Canceled, int Emails, IReadOnlyList<ChangedAnswer> Data);

/// <summary>The answer to <c>PATCH emails/{id}</c>.</summary>
public sealed record RescheduledAnswer(string Id, string Status, DateTimeOffset ScheduledAt, DateTimeOffset ExpiresAt);
