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

    /// <summary>No DATA begins with less than half of the lease left.</summary>
    public bool MayBegin(ClaimedMail mail) => mail.Row.Claim!.LeaseUntil - _clock.GetUtcNow() >= _lease / 2;

    /// <summary>Another relay than the claim names gets the mail: whoever settles it after a crash must know. All that have not begun move along.</summary>
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

    /// <summary>Stops renewing these. When it returns, their rows change no more by the keeper's hand.</summary>
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
            // Whatever it is: the next time may do better, and there are others to be renewed.
            foreach (var mail in mails)
                _logger.LeaseNotRenewed(mail.Row.Id.ToString(), mail.Row.Attempt);
        }
    }

    /// <returns>
    /// Those to be renewed again: their claim still stands, in a row that is newer than the one in hand, since an earlier
    /// renewal was given up as failed and had been done. The others that were refused are settled by somebody else.
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
                // The relay as this worker knows it: it may have moved since.
                mail.Row = standing with { Claim = claim with { Relay = mail.Row.Claim.Relay } };
                again.Add(mail);
            }
            else
            {
                // Its outcome may have been recorded just now, by this very worker.
                if (!mail.IsSettled)
                    _logger.LeaseNotRenewed(mail.Row.Id.ToString(), mail.Row.Attempt);
                _kept.Remove(mail);
            }
        }

        return again;
    }
}
