using MailFunctions.Timers;

namespace MailFunctions.Functions;

public sealed class CompileStatistics(TimerCalls timers)
{
    [Function(nameof(CompileStatistics))]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        timers.RunScheduledAsync(TimerNames.CompileStatistics, cancellationToken);
}
