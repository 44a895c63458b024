using MailFunctions.Retention;

namespace MailFunctions.Functions;

public sealed class PurgeExpired(RetentionTimer retention)
{
    [Function(nameof(PurgeExpired))]
    public Task RunAsync([TimerTrigger("45 */15 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        retention.RunAsync(cancellationToken);
}
