using MailFunctions.Storage;

namespace MailFunctions.Retention;

/// <summary>The PurgeExpired timer: mail that is over, old statistics, and what else would grow without end.</summary>
public sealed class RetentionTimer
{
    private readonly Func<CancellationToken, Task>[] _jobs;

    internal RetentionTimer(MailPurge mails, StatisticsPurge statistics, ExpiredRows rows, Leftovers leftovers) =>
        _jobs = [mails.RunAsync, statistics.RunAsync, rows.RunAsync, leftovers.RunAsync];

    /// <exception cref="AggregateException">What failed; a job that fails does not keep the others from their work.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => TimerJobs.RunAllAsync(_jobs, cancellationToken);
}
