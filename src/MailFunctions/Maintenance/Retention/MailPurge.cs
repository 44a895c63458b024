using Azure;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Maintenance.Retention;

/// <summary>
/// Purges mail by the minutes of the ledger. Each is first looked at when the content of a mail that ended at once is
/// due; what must stay then is remembered with the time of the next look (<see cref="Revisits"/>). Mail that was
/// scheduled a year ahead is looked at repeatedly, and never later than its content is due.
/// </summary>
/// <remarks>An interrupted run begins again where it stopped; doing work twice, or two runs at once, changes nothing.</remarks>
internal sealed class MailPurge(
    MinutePurge minutes, OccupiedMinutes occupied, Revisits revisits, Watermarks watermarks, PurgeBound bound, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<MailPurge> logger)
{
    public const string Watermark = "retention";

    /// <summary>Mail that ends within this time needs no second look for its content.</summary>
    private static readonly TimeSpan UntilSettled = TimeSpan.FromMinutes(15);

    /// <summary>The time for remembered minutes, and again for new ones, so that neither kind waits for the other.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AfterFault = TimeSpan.FromDays(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <exception cref="AggregateException">Contains all failures; remembered and new minutes do not block each other.</exception>
    public async Task<PurgeReport> RunAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var rules = new RetentionRules(options.Value, now, await bound.MoveAsync(now - options.Value.Ledger, cancellationToken));

        var report = new PurgeReport();
        try
        {
            await TimerJobs.RunAllAsync([token => LookAgainAsync(rules, now, report, token), token => GoOnAsync(rules, now, report, token)], cancellationToken);
        }
        finally
        {
            if (report.HasAny)
                logger.Purged(report.Minutes, report.Contents, report.Mails);
        }

        return report;
    }

    /// <summary>Purges remembered minutes.</summary>
    private async Task LookAgainAsync(RetentionRules rules, DateTimeOffset now, PurgeReport report, CancellationToken cancellationToken)
    {
        var budget = new RunBudget(clock, MaxTime);
        await foreach (var revisit in revisits.ReadAsync(now, cancellationToken))
        {
            if (!await TryVisitAsync(revisit.Minute, rules, report, budget, cancellationToken))
                return;
            await revisits.RemoveAsync(revisit, cancellationToken);
        }
    }

    /// <summary>Purges minutes that were never looked at, from the first mail on.</summary>
    private async Task GoOnAsync(RetentionRules rules, DateTimeOffset now, PurgeReport report, CancellationToken cancellationToken)
    {
        var budget = new RunBudget(clock, MaxTime);
        var until = MinutePartition.MinuteOf(now - options.Value.Content - UntilSettled);
        var from = await watermarks.ReadAsync(Watermark, cancellationToken) ?? DateTimeOffset.UnixEpoch;
        while (from < until)
        {
            // Most minutes are empty; they are skipped together.
            var next = await occupied.FirstOfMailAsync(from, until, cancellationToken) ?? until;
            if (next < until && !await TryVisitAsync(next, rules, report, budget, cancellationToken))
                return;
            from = await watermarks.AdvanceAsync(Watermark, next < until ? next + Minute : until, cancellationToken);
        }
    }

    /// <summary>Purges a minute, and remembers it if something must stay.</summary>
    /// <returns>False if the run has ended, and the minute may be unfinished.</returns>
    private async Task<bool> TryVisitAsync(DateTimeOffset minute, RetentionRules rules, PurgeReport report, RunBudget budget, CancellationToken cancellationToken)
    {
        try
        {
            if (await minutes.VisitAsync(minute, rules, report, budget, cancellationToken) is not { } visit)
                return false;
            if (visit.LookAgain is { } when)
                await revisits.AddAsync(minute, when, cancellationToken);
        }
        catch (Exception exception) when (IsOfMinute(exception) && !cancellationToken.IsCancellationRequested)
        {
            // One bad minute must not block all others.
            logger.MinuteNotPurged(minute, exception);
            await revisits.AddAsync(minute, clock.GetUtcNow() + AfterFault, cancellationToken);
        }

        return true;
    }

    /// <summary>True for a failure of one minute: a missing blob or row that a row names is no outage.</summary>
    private static bool IsOfMinute(Exception exception) => exception is RequestFailedException { Status: 404 } || !StorageFault.Is(exception);
}
