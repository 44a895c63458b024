using MailFunctions.Storage;

namespace MailFunctions.Retention;

/// <summary>The PurgeExpired timer: mail that is over, old statistics, and what else would grow without end.</summary>
public sealed class RetentionTimer
{
    private readonly Watermarks _watermarks;
    private readonly Func<CancellationToken, Task>[] _jobs;

    internal RetentionTimer(Watermarks watermarks, MailPurge mails, StatisticsPurge statistics, ExpiredRows rows, Leftovers leftovers) =>
        (_watermarks, _jobs) = (watermarks, [mails.RunAsync, statistics.RunAsync, rows.RunAsync, leftovers.RunAsync]);

    /// <exception cref="AggregateException">What failed; a job that fails does not keep the others from their work.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // Until storage has answered once, the time is the machine's own, and what is deleted by a wrong one is gone.
        await _watermarks.ReadAsync(MailPurge.Watermark, cancellationToken);
        await TimerJobs.RunAllAsync(_jobs, cancellationToken);
    }
}
