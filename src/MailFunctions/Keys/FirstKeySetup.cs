using MailFunctions.Keys.Audit;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Keys;

/// <summary>
/// Inserts the first key, once: a row of a key is never deleted, so one that was revoked is not inserted again. A start does
/// not wait for it, nor fail when storage does not answer.
/// </summary>
internal sealed class FirstKeySetup(ApiKeyTable table, AuditTrail audit, IOptions<FirstKeyOptions> options, TimeProvider clock, ILogger<FirstKeySetup> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <summary>Inserts the key if it was never there. Several instances may do so at once: one of them succeeds.</summary>
    internal async Task InsertAsync(FirstKey first, CancellationToken cancellationToken)
    {
        if (await table.ReadAsync(first.Id, cancellationToken) is not null)
            return;
        await audit.RunAsync(
            await AuditedCall.OfOperatorAsync("MakeKey", $"keys/{first.Id}"),
            async () =>
            {
                await table.AddAsync(first.ToKey(clock.GetUtcNow()), cancellationToken);
                return first;
            },
            _ => audit.ResultOf(StatusCodes.Status201Created),
            cancellationToken);
        logger.FirstKeyMade(first.Id);
    }

    /// <remarks>No failure is passed on, a row that cannot be read included: it would stop the app, which works without the key.</remarks>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!FirstKey.TryParse(options.Value.FirstKey ?? "", out var first))
            return;
        while (true)
        {
            try
            {
                await InsertAsync(first, stoppingToken);
                return;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.FirstKeyWaits(exception.GetType().Name);
                await Task.Delay(Pause, clock, stoppingToken);
            }
        }
    }
}
