using MailFunctions.Api.Timers;
using MailFunctions.Maintenance.Timers;

namespace MailFunctions.Triggers;

public sealed class CheckSenderDomains(TimerCalls timers)
{
    [Function(nameof(CheckSenderDomains))]
    public Task RunAsync([TimerTrigger("30 20 5 * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        timers.RunScheduledAsync(TimerNames.CheckSenderDomains, cancellationToken);
}
