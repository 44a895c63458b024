using Azure;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Maintenance.Retention;

/// <summary>
/// Purges mail by the minutes of the ledger. Each is looked at for the first time when the content of a mail that ended
/// at once is due; what has to stay then is remembered with the time of the next look (<see cref="Revisits"/>). Mail that
/// was scheduled a year ahead is looked at again and again, and never later than its content is due.
/// </summary>
/// <remarks>Whatever it was stopped at it begins again; doing it twice, or two at once, changes nothing.</remarks>
internal sealed class MailPurge(
    MinutePurge minutes, OccupiedMinutes emails, Revisits revisits, Watermarks watermarks, PurgeBound bound, IOptions<RetentionOptions> options, TimeProvider clock, ILogger<MailPurge> logger)
{
    public const string Watermark = "retention";

    /// <summary>Mail that ends within it needs no second look for its content.</summary>
    private static readonly TimeSpan UntilSettled = TimeSpan.FromMinutes(15);

    /// <summary>Half for minutes that are looked at again, so that neither kind waits for the other; what one leaves is the other's.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan AfterFault = TimeSpan.FromDays(1);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <exception cref="AggregateException">What failed; of the remembered minutes and the new ones neither keeps the other.</exception>
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

    /// <summary>Minutes that were remembered.</summary>
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

    /// <summary>Minutes that were never looked at: from the first mail there is.</summary>
    private async Task GoOnAsync(RetentionRules rules, DateTimeOffset now, PurgeReport report, CancellationToken cancellationToken)
    {
        var budget = new RunBudget(clock, MaxTime);
        var until = MinutePartition.MinuteOf(now - options.Value.Content - UntilSettled);
        var from = await watermarks.ReadAsync(Watermark, cancellationToken) ?? DateTimeOffset.UnixEpoch;
        while (from < until)
        {
            // Empty minutes, which are most, are passed over together.
            var next = await emails.FirstAsync(from, until, cancellationToken) ?? until;
            if (next < until && !await TryVisitAsync(next, rules, report, budget, cancellationToken))
                return;
            from = await watermarks.AdvanceAsync(Watermark, next < until ? next + Minute : until, cancellationToken);
        }
    }

    /// <summary>Purges a minute, and remembers it when something has to stay.</summary>
    /// <returns>False when the run is over, and the minute may not be done.</returns>
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
            // What is wrong with one minute must not keep all others.
            logger.MinuteNotPurged(minute, exception);
            await revisits.AddAsync(minute, clock.GetUtcNow() + AfterFault, cancellationToken);
        }

        return true;
    }

    /// <summary>What is not there although a row names it is that minute's fault, and no outage.</summary>
    private static bool IsOfMinute(Exception exception) => exception is RequestFailedException { Status: 404 } || !StorageFault.Is(exception);
}
