using MailFunctions.Suppression;

namespace MailFunctions.Schedule;

/// <summary>The Dispatch timer: moves due mail to its lane, then looks after what stands still, clears away what nobody needs, and tells how things stand.</summary>
public sealed class ScheduleTimer
{
    private readonly Func<CancellationToken, Task>[] _jobs;

    internal ScheduleTimer(Dispatcher dispatcher, SecondLook secondLook, Backstop backstop, SuppressionChanges suppressionChanges, LevelSurvey survey) =>
        _jobs = [dispatcher.RunAsync, secondLook.RunAsync, backstop.RunAsync, suppressionChanges.CompactAsync, survey.RunAsync];

    /// <exception cref="AggregateException">What failed; a job that fails does not keep the others from their work.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var job in _jobs)
        {
            try
            {
                await job(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                failures.Add(exception);
            }
        }

        if (failures.Count > 0)
            throw new AggregateException(failures);
    }
}
