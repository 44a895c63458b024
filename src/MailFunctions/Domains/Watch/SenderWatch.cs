using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Domains.Watch;

/// <summary>
/// The CheckSenderDomains timer: checks the configured domains once a day, keeps the results, and reports a check that passed and
/// starts to fail.
/// </summary>
internal sealed class SenderWatch(Senders senders, DomainChecker checker, KeptChecks kept, TimeProvider clock, ILogger<SenderWatch> logger)
{
    /// <summary>The run ends after this time; what is left is first in the next one.</summary>
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(4);

    public Task<IReadOnlyList<JobReport>> ReportAsync(CancellationToken cancellationToken) => TimerJobs.ReportAllAsync(
        [TimerJob.Counted("check_domains", "domains", CheckAsync), TimerJob.Counted("forget_domains", "domains", ForgetAsync)], cancellationToken);

    private async Task<int> CheckAsync(CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var before = (await kept.ListAsync(cancellationToken)).ToDictionary(check => check.Domain, StringComparer.Ordinal);
        var count = 0;
        foreach (var domain in senders.Domains.OrderBy(domain => before.GetValueOrDefault(domain)?.CheckedAt ?? DateTimeOffset.MinValue))
        {
            if (clock.GetElapsedTime(start) > LongestRun)
                break;
            var check = await checker.CheckAsync(domain, cancellationToken);
            var next = KeptCheck.After(before.GetValueOrDefault(domain), check, out var failed);
            // Before it is kept: a crash between the two reports it again, and does not lose it.
            foreach (var finding in failed)
                logger.SenderCheckFails(domain, finding.Check, finding.Name);
            await kept.PutAsync(next, cancellationToken);
            count++;
        }
        return count;
    }

    /// <summary>Deletes the results of domains that the settings name no longer.</summary>
    private async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        var gone = (await kept.ListAsync(cancellationToken)).Where(check => !senders.Domains.Contains(check.Domain, StringComparer.Ordinal)).ToList();
        foreach (var check in gone)
            await kept.DeleteAsync(check.Domain, cancellationToken);
        return gone.Count;
    }
}
