using MailFunctions.Api.Timers;
using MailFunctions.Maintenance.Timers;

namespace MailFunctions.Triggers;

public sealed class CompileStatistics(TimerCalls timers)
{
    [Function(nameof(CompileStatistics))]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        timers.RunScheduledAsync(TimerNames.CompileStatistics, cancellationToken);
}
