using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Suppression;

namespace MailFunctions.Maintenance.Recovery;

/// <summary>The Dispatch timer: moves due mail to its lane, recovers stalled mail, removes obsolete rows, and measures levels.</summary>
internal sealed class ScheduleTimer
{
    private readonly TimerJob[] _jobs;

    internal ScheduleTimer(Dispatcher dispatcher, StalledMailRecovery secondLook, DailyRecovery backstop, OpenMailRecovery openMail, SuppressionChanges suppressionChanges, LevelSurvey survey) =>
        _jobs =
        [
            TimerJob.Counted("dispatch_due", "emails", dispatcher.RunAsync),
            TimerJob.Counted("second_look", "emails", secondLook.RunAsync),
            TimerJob.Uncounted("backstop", backstop.RunAsync),
            TimerJob.Uncounted("look_at_open_mail", openMail.RunAsync),
            TimerJob.Uncounted("compact_suppression_changes", suppressionChanges.CompactAsync),
            TimerJob.Uncounted("survey_levels", survey.RunAsync),
        ];

    /// <exception cref="AggregateException">Contains all failures; a failing job does not stop the others.</exception>
    public async Task RunAsync(CancellationToken cancellationToken) => TimerJobs.ThrowFailures(await ReportAsync(cancellationToken));

    internal Task<IReadOnlyList<JobReport>> ReportAsync(CancellationToken cancellationToken) => TimerJobs.ReportAllAsync(_jobs, cancellationToken);
}
