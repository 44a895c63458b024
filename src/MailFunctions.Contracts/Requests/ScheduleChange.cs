namespace MailFunctions.Contracts;

/// <summary>The body of <c>PATCH emails/{id}</c>: a new time for an email that is still scheduled.</summary>
public sealed record ScheduleChange(DateTimeOffset ScheduledAt);
