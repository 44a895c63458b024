using MailFunctions.Storage;

namespace MailFunctions.Maintenance.Retention;

/// <summary>The PurgeExpired timer: purges mail in a final state, old statistics, and rows that would otherwise pile up.</summary>
internal sealed class RetentionTimer
{
    private readonly Watermarks _watermarks;
    private readonly TimerJob[] _jobs;

    internal RetentionTimer(
        Watermarks watermarks, MailPurge mails, StatisticsPurge statistics, ExpiredRows rows, OrphanedRows leftovers, AuditPurge audit, QuotaSettlement quotas) =>
        (_watermarks, _jobs) = (
            watermarks,
            [
                new TimerJob("purge_mail", async cancellationToken => (await mails.RunAsync(cancellationToken)).ToCounts()),
                TimerJob.Uncounted("purge_statistics", statistics.RunAsync),
                TimerJob.Uncounted("delete_expired_rows", rows.RunAsync),
                TimerJob.Uncounted("remove_leftovers", leftovers.RunAsync),
                TimerJob.Uncounted("purge_audit", audit.RunAsync),
                TimerJob.Counted("settle_quotas", "leases", quotas.RunAsync),
            ]);

    /// <exception cref="AggregateException">Contains all failures; a failing job does not stop the others.</exception>
    public async Task RunAsync(CancellationToken cancellationToken) => TimerJobs.ThrowFailures(await ReportAsync(cancellationToken));

    internal async Task<IReadOnlyList<JobReport>> ReportAsync(CancellationToken cancellationToken)
    {
        // Before storage has answered once, the time is the machine's own; a wrong clock would delete data for good.
        await _watermarks.ReadAsync(MailPurge.Watermark, cancellationToken);
        return await TimerJobs.ReportAllAsync(_jobs, cancellationToken);
    }
}
