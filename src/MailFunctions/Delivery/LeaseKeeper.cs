namespace MailFunctions.Delivery;

/// <summary>Holds the claims of a group: renews them by a timer while their worker lives (rule 3), until they are released.</summary>
/// <remarks>Thread safe. <see cref="Claims"/> has the writes; only one of them runs at a time.</remarks>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly Claims _claims;
    private readonly TimeProvider _clock;
    private readonly HashSet<ClaimedMail> _kept;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _renewing;

    public LeaseKeeper(Claims claims, IReadOnlyList<ClaimedMail> mails, TimeProvider clock)
    {
        _claims = claims;
        _clock = clock;
        Mails = mails;
        _kept = [.. mails];
        _renewing = RenewAsync(_stop.Token);
    }

    /// <summary>The mails whose claim this worker took.</summary>
    public IReadOnlyList<ClaimedMail> Mails { get; }

    /// <summary>Changes the relay in the claim of a mail. Mails that have not begun move along.</summary>
    public async Task MoveAsync(ClaimedMail mail, string relay)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            _kept.ExceptWith(await _claims.MoveAsync([.. _kept.Where(kept => kept.Progress == AttemptProgress.Claimed), mail], relay, [.. _kept]));
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
        using var timer = new PeriodicTimer(_claims.Lease / 3, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                await _oneAtATime.WaitAsync(stop);
                try
                {
                    _kept.ExceptWith(await _claims.RenewAsync([.. _kept], stop));
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
}
