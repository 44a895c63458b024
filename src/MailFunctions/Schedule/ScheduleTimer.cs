using MailFunctions.Storage;
using MailFunctions.Suppression;

namespace MailFunctions.Schedule;

/// <summary>The Dispatch timer: moves due mail to its lane, then looks after what stands still, clears away what nobody needs, and tells how things stand.</summary>
public sealed class ScheduleTimer
{
    private readonly Func<CancellationToken, Task>[] _jobs;

    internal ScheduleTimer(Dispatcher dispatcher, SecondLook secondLook, Backstop backstop, OpenMailLook openMail, SuppressionChanges suppressionChanges, LevelSurvey survey) =>
        _jobs = [dispatcher.RunAsync, secondLook.RunAsync, backstop.RunAsync, openMail.RunAsync, suppressionChanges.CompactAsync, survey.RunAsync];

    /// <exception cref="AggregateException">What failed; a job that fails does not keep the others from their work.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => TimerJobs.RunAllAsync(_jobs, cancellationToken);
}
