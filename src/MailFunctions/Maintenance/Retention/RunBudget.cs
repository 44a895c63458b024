namespace MailFunctions.Maintenance.Retention;

/// <summary>The time limit of one run of a job; the next run continues where it ended.</summary>
internal sealed class RunBudget(TimeProvider clock, TimeSpan time)
{
    private readonly long _began = clock.GetTimestamp();

    public bool IsSpent => clock.GetElapsedTime(_began) >= time;
}
