using MailFunctions.Ledger;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>Renews the leases of claimed mails while their worker lives (rule 3), until they are released.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly EmailLedger _ledger;
    private readonly TimeSpan _lease;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly HashSet<ClaimedMail> _kept;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;

    public LeaseKeeper(IEnumerable<ClaimedMail> mails, EmailLedger ledger, TimeSpan lease, TimeProvider clock, ILogger logger)
    {
        _ledger = ledger;
        _lease = lease;
        _clock = clock;
        _logger = logger;
        _kept = [.. mails];
        _renewing = RenewAsync(_stop.Token);
    }

    /// <summary>True if DATA may begin: at least half of the lease is left.</summary>
    public bool MayBegin(ClaimedMail mail) => mail.Row.Claim!.LeaseUntil - _clock.GetUtcNow() >= _lease / 2;

    /// <summary>Changes the relay in the claim, for a worker that settles it after a crash. Mails that have not begun move along.</summary>
    public async Task MoveAsync(ClaimedMail mail, string relay)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            foreach (var moved in _kept.Where(kept => !kept.IsUnderWay).Append(mail))
                moved.Row = moved.Row with { Claim = moved.Row.Claim! with { Relay = relay } };
            await RenewOnceAsync(CancellationToken.None);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Stops renewing these mails. After it returns, the keeper no longer changes their rows.</summary>
    public async Task ReleaseAsync(IEnumerable<ClaimedMail> mails)
    {
        await _oneAtATime.WaitAsync();
        _kept.ExceptWith(mails);
        _oneAtATime.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        _stop.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task RenewAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(_lease / 3, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await _oneAtATime.WaitAsync(stop);
                try
                {
                    await RenewOnceAsync(stop);
                }
                finally
                {
                    _oneAtATime.Release();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Released.
        }
    }

    private async Task RenewOnceAsync(CancellationToken stop)
    {
        var mails = _kept.ToList();
        try
        {
            while (mails.Count > 0)
                mails = await TryRenewAsync(mails, stop);
        }
        catch (Exception) when (!stop.IsCancellationRequested)
        {
            // Whatever failed, the next renewal may succeed, and other mails need theirs.
            foreach (var mail in mails)
                _logger.LeaseNotRenewed(mail.Row.Id.ToString(), mail.Row.Attempt);
        }
    }

    /// <returns>
    /// The mails to renew again: their claim is still stored, in a row newer than the one held, because an earlier renewal
    /// was given up as failed and had succeeded. Other refused mails are settled, by another worker or by this one.
    /// </returns>
    private async Task<List<ClaimedMail>> TryRenewAsync(List<ClaimedMail> mails, CancellationToken stop)
    {
        var until = _clock.GetUtcNow() + _lease;
        var renewed = mails.ConvertAll(mail => mail.Row with { Claim = mail.Row.Claim! with { LeaseUntil = until } });
        var written = await _ledger.TryUpdateManyAsync(renewed, stop);
        var again = new List<ClaimedMail>();
        foreach (var (i, mail) in mails.Index())
        {
            if (written[i] is { } row)
            {
                mail.Row = row;
            }
            else if (await _ledger.ReadAsync(mail.Row.Id, stop) is { Claim: { } claim } standing && claim.Worker == mail.Row.Claim!.Worker)
            {
                // Keeps the relay that this worker knows: the mail may have moved since.
                mail.Row = standing with { Claim = claim with { Relay = mail.Row.Claim.Relay } };
                again.Add(mail);
            }
            else
            {
                // This worker itself may just have recorded its outcome.
                if (!mail.IsSettled)
                    _logger.LeaseNotRenewed(mail.Row.Id.ToString(), mail.Row.Attempt);
                _kept.Remove(mail);
            }
        }

        return again;
    }
}
