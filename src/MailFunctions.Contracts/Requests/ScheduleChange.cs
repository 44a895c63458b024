namespace MailFunctions.Contracts;

/// <summary>The body of <c>PATCH emails/{id}</c>: a new time for an email that is still scheduled.</summary>
/// <param name="ScheduledAt">The new time. An <c>expires_at</c> with which the email was accepted stays, and must be later.</param>
[Schema("ScheduleChange")]
public sealed record ScheduleChange(DateTimeOffset ScheduledAt);
