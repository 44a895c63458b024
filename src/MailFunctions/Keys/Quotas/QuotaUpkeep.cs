using MailFunctions.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Keys.Quotas;

/// <summary>
/// Does every ten seconds what no call waits for: gives back shares that this process does not use, and adds the volume of
/// keys to their rows. Before the process ends it gives back and adds all.
/// </summary>
internal sealed class QuotaUpkeep(QuotaGate gate, VolumeWatch watch, TimeProvider clock, ILogger<QuotaUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await RunOnceAsync(isLast: true, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RunOnceAsync(isLast: false, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The process ends.
        }
    }

    private async Task RunOnceAsync(bool isLast, CancellationToken cancellationToken)
    {
        foreach (var task in (Func<Task>[])[() => gate.ReturnAsync(isLast, cancellationToken), () => watch.AddAsync(isLast, cancellationToken)])
        {
            try
            {
                await task();
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                logger.QuotasNotKept(((exception as AggregateException)?.InnerExceptions[0] ?? exception).GetType().Name);
            }
        }
    }
}
