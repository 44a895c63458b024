namespace MailFunctions.Maintenance.Retention;

/// <summary>How long one run of a job goes on; the next begins where it ended.</summary>
internal sealed class RunBudget(TimeProvider clock, TimeSpan time)
{
    private readonly long _began = clock.GetTimestamp();

    public bool IsSpent => clock.GetElapsedTime(_began) >= time;
}
