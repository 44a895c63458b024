using MailFunctions.Schedule;

namespace MailFunctions.Functions;

public sealed class Dispatch(ScheduleTimer schedule)
{
    [Function(nameof(Dispatch))]
    public Task RunAsync([TimerTrigger("30 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        schedule.RunAsync(cancellationToken);
}
