using MailFunctions.Domains;
using MailFunctions.Domains.Watch;
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

    /// <summary>The age after which a check says nothing any more: the timer has missed three days.</summary>
    private static readonly TimeSpan LongestKnown = TimeSpan.FromDays(3);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly EmailLedger _ledger;
    private readonly StorageClients _storage;
    private readonly StorageClock _clock;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly KeptChecks _checks;
    private (long At, string? SenderDomains)? _last;

    internal HealthReader(EmailLedger ledger, StorageClients storage, KeptChecks checks, StorageClock clock) =>
        (_ledger, _storage, _checks, _clock) = (ledger, storage, checks, clock);

    public async Task<IResult> ReadAsync(CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            if (_last is not { } last || _clock.GetElapsedTime(last.At) > KeptFor)
                _last = last = (_clock.GetTimestamp(), await AskAsync(cancellationToken));
            return last.SenderDomains is { } domains
                ? new JsonResult<HealthAnswer>(new("healthy") { SenderDomains = domains }, ContractsJson.Default.HealthAnswer)
                : new JsonResult<HealthAnswer>(new("unhealthy"), ContractsJson.Default.HealthAnswer, StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    /// <returns>The status of the senders' domains; null when storage does not answer.</returns>
    private async Task<string?> AskAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            var domains = DomainsAsync(patience.Token, cancellationToken);
            await Task.WhenAll(
                domains,
                _ledger.ReadAsync(EmailId.Mint(_clock.GetUtcNow())[0], patience.Token),
                _storage.Queue(Lane.Transactional).GetPropertiesAsync(patience.Token));
            return await domains;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Returns the worst status of the domains. It never prevents mail, and neither does trouble of reading it.</summary>
    private async Task<string> DomainsAsync(CancellationToken patience, CancellationToken cancellationToken)
    {
        try
        {
            var oldest = _clock.GetUtcNow() - LongestKnown;
            var statuses = (await _checks.ListStatusesAsync(patience)).Select(check => check.CheckedAt < oldest ? DomainStatus.Pending : check.Status).ToHashSet();
            var worst = DomainChecker.WorstOf(statuses);
            return worst == DomainStatus.Verified && (statuses.Count == 0 || statuses.Contains(DomainStatus.Pending)) ? DomainStatus.Pending : worst;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return DomainStatus.Pending;
        }
    }
}
