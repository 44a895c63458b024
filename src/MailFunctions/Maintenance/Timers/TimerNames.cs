namespace MailFunctions.Maintenance.Timers;

/// <summary>The timers, called as their functions are.</summary>
public static class TimerNames
{
    public const string CompileStatistics = "CompileStatistics";
    public const string Dispatch = "Dispatch";
    public const string PurgeExpired = "PurgeExpired";
}
