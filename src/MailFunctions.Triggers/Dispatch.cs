using MailFunctions.Api.Timers;
using MailFunctions.Maintenance.Timers;

namespace MailFunctions.Triggers;

public sealed class Dispatch(TimerCalls timers)
{
    [Function(nameof(Dispatch))]
    public Task RunAsync([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        timers.RunScheduledAsync(TimerNames.Dispatch, cancellationToken);
}
