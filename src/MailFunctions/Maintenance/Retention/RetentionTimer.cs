using MailFunctions.Storage;

namespace MailFunctions.Maintenance.Retention;

/// <summary>The PurgeExpired timer: mail that is over, old statistics, and what else would grow without end.</summary>
public sealed class RetentionTimer
{
    private readonly Watermarks _watermarks;
    private readonly TimerJob[] _jobs;

    internal RetentionTimer(Watermarks watermarks, MailPurge mails, StatisticsPurge statistics, ExpiredRows rows, OrphanedRows leftovers) =>
        (_watermarks, _jobs) = (
            watermarks,
            [
                new TimerJob("purge_mail", async cancellationToken => (await mails.RunAsync(cancellationToken)).ToCounts()),
                TimerJob.Uncounted("purge_statistics", statistics.RunAsync),
                TimerJob.Uncounted("delete_expired_rows", rows.RunAsync),
                TimerJob.Uncounted("remove_leftovers", leftovers.RunAsync),
            ]);

    /// <exception cref="AggregateException">What failed; a job that fails does not keep the others from their work.</exception>
    public async Task RunAsync(CancellationToken cancellationToken) => TimerJobs.ThrowFailures(await ReportAsync(cancellationToken));

    internal async Task<IReadOnlyList<JobReport>> ReportAsync(CancellationToken cancellationToken)
    {
        // Until storage has answered once, the time is the machine's own, and what is deleted by a wrong one is gone.
        await _watermarks.ReadAsync(MailPurge.Watermark, cancellationToken);
        return await TimerJobs.ReportAllAsync(_jobs, cancellationToken);
    }
}
