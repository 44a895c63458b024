namespace MailFunctions.Contracts;

/// <summary>The body of <c>PATCH emails/{id}</c>: another time for an email that is still scheduled.</summary>
public sealed record ScheduleChange(DateTimeOffset ScheduledAt);
