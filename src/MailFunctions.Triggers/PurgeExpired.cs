using MailFunctions.Api.Timers;
using MailFunctions.Maintenance.Timers;

namespace MailFunctions.Triggers;

public sealed class PurgeExpired(TimerCalls timers)
{
    [Function(nameof(PurgeExpired))]
    public Task RunAsync([TimerTrigger("45 */15 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        timers.RunScheduledAsync(TimerNames.PurgeExpired, cancellationToken);
}
