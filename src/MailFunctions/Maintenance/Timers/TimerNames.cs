namespace MailFunctions.Maintenance.Timers;

/// <summary>The names of the timers, equal to those of their functions.</summary>
public static class TimerNames
{
    public const string CheckSenderDomains = "CheckSenderDomains";
    public const string CompileStatistics = "CompileStatistics";
    public const string Dispatch = "Dispatch";
    public const string PurgeExpired = "PurgeExpired";
}
