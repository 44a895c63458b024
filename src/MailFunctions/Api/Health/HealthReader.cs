using MailFunctions.Http;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Health;

/// <summary>
/// Reports whether mail can be accepted at this moment: whether the tables and the queues answer. It is open to anyone, so it
/// reports nothing else, and asks storage at most once in a few seconds.
/// </summary>
public sealed class HealthReader : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly EmailLedger _ledger;
    private readonly StorageClients _storage;
    private readonly StorageClock _clock;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private (long At, bool Healthy)? _last;

    internal HealthReader(EmailLedger ledger, StorageClients storage, StorageClock clock) =>
        (_ledger, _storage, _clock) = (ledger, storage, clock);

    public async Task<IResult> ReadAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || _clock.GetElapsedTime(last.At) > KeptFor)
                _last = last = (_clock.GetTimestamp(), await AskAsync(cancellationToken));
            return last.Healthy
                ? new JsonResult<HealthAnswer>(new("healthy"), ContractsJson.Default.HealthAnswer)
                : new JsonResult<HealthAnswer>(new("unhealthy"), ContractsJson.Default.HealthAnswer, StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<bool> AskAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            await Task.WhenAll(
                _ledger.ReadAsync(EmailId.Mint(_clock.GetUtcNow())[0], patience.Token),
                _storage.Queue(Lane.Transactional).GetPropertiesAsync(patience.Token));
            return true;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
