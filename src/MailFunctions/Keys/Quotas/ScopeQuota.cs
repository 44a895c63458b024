using System.Runtime.ExceptionServices;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Keys.Quotas;

/// <summary>
/// The quotas of one scope in this process: charges mail to the shares that it holds, and gets a further share from the row
/// when one is used up. Those that ask while a share is got wait for it, so that a burst costs few writes.
/// </summary>
/// <remarks>
/// Thread safe. What is held here is never more than the row has under this holder. A write whose answer was lost is
/// no exception: the next write is conditional, finds out what the row has, and outdates the first, should that still be under way.
/// </remarks>
internal sealed class ScopeQuota(QuotaScope scope, ChargingProcess process, QuotaTable table, TimeProvider clock) : IDisposable
{
    /// <summary>The time for which a share may be used without a renewal, if its window lasts so long.</summary>
    public static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(5);

    /// <summary>The time for which a refusal answers others that want as much, without a look at the row.</summary>
    private static readonly TimeSpan RefusalHolds = TimeSpan.FromSeconds(1);

    /// <summary>The time in which an idle instance gives its share back, so that a refused submission may fit.</summary>
    private static readonly TimeSpan SharesComeBack = TimeSpan.FromSeconds(20);

    /// <summary>A row that does not answer is not asked again sooner: those that ask meanwhile share the failure.</summary>
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly HeldShare[] _held = [new(default), new(default)];
    private readonly string _holder = process.NextHolder();
    private QuotaLimits _limits = QuotaLimits.None;
    private Volume _waiting;
    private bool _isWriting;
    private Refused? _refused;
    private Failed? _failed;
    private long _chargedAt = clock.GetTimestamp();

    /// <summary>Charges a submission, all or nothing.</summary>
    public async Task<QuotaAnswer> ChargeAsync(QuotaLimits limits, Volume cost, CancellationToken cancellationToken)
    {
        if (TooLarge(limits, cost) is { } never)
            return new(never, null, []);

        Wait(limits, cost);
        try
        {
            while (true)
            {
                if (TryAnswer(limits, cost) is { } early)
                    return early;
                await _oneAtATime.WaitAsync(cancellationToken);
                try
                {
                    if (TryAnswer(limits, cost) is { } answer)
                        return answer;
                    if (_failed is { } failed && clock.GetElapsedTime(failed.At) < RestAfterFailure)
                        failed.Why.Throw();
                    await WriteAloneAsync(token => RenewAsync(limits, cost, token), cancellationToken);
                }
                finally
                {
                    _oneAtATime.Release();
                }
            }
        }
        finally
        {
            Wait(limits, Volume.Zero - cost);
        }
    }

    /// <summary>Gives back what an instance without mail to send holds for nothing.</summary>
    /// <param name="all">True to give back all, before the process ends.</param>
    public async Task ReturnAsync(bool all, CancellationToken cancellationToken)
    {
        if (!IsReturnDue(all))
            return;
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            await WriteAloneAsync(ReturnAsync, cancellationToken);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>True when nothing was charged for so long that no share can be held.</summary>
    public bool IsUnused
    {
        get
        {
            lock (_gate)
                return _waiting == Volume.Zero && clock.GetElapsedTime(_chargedAt) > 2 * LeaseTime;
        }
    }

    public void GiveBack(QuotaCharge charge)
    {
        lock (_gate)
        {
            charge.Minute.GiveBack(charge.Cost.CountedBy(charge.Limits.Of(QuotaWindow.Minute)));
            charge.Day.GiveBack(charge.Cost.CountedBy(charge.Limits.Of(QuotaWindow.Day)));
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private QuotaRefusal? TooLarge(QuotaLimits limits, Volume cost)
    {
        foreach (var window in QuotaWindows.All)
        {
            if (cost.Beyond(limits.Of(window)) is { } unit)
                return new(Standing(limits, window, unit, limits.Of(window)[unit], window.StartOf(clock.GetUtcNow())), cost[unit], RetryAfter: null);
        }

        return null;
    }

    private void Wait(QuotaLimits limits, Volume cost)
    {
        lock (_gate)
            (_waiting, _limits) = (_waiting + cost, limits);
    }

    /// <returns>Null when the row must be asked.</returns>
    private QuotaAnswer? TryAnswer(QuotaLimits limits, Volume cost)
    {
        lock (_gate)
        {
            if (_isWriting)
                return null;
            var now = clock.GetUtcNow();
            if (!QuotaWindows.All.All(window => Fits(window, cost.CountedBy(limits.Of(window)), now)))
                return _refused?.Concerns(cost, now, clock.GetElapsedTime(_refused.At)) == true ? new(_refused.Why, null, []) : null;

            foreach (var window in QuotaWindows.All)
                _held[(int)window].Charge(cost.CountedBy(limits.Of(window)));
            _chargedAt = clock.GetTimestamp();
            return new(null, new QuotaCharge(this, cost, _held[0], _held[1], limits), [.. Standings(limits)]);
        }
    }

    private bool Fits(QuotaWindow window, Volume cost, DateTimeOffset now)
    {
        var held = _held[(int)window];
        return cost == Volume.Zero || (held.Start >= window.StartOf(now) && !IsOver(held) && cost.Beyond(held.Left) is null);
    }

    private bool IsOver(HeldShare held) => held.RenewedAt is not { } at || clock.GetElapsedTime(at) >= LeaseTime;

    private IEnumerable<QuotaStanding> Standings(QuotaLimits limits) =>
        from window in QuotaWindows.All
        from unit in Enum.GetValues<QuotaUnit>()
        where limits.Of(window)[unit] != long.MaxValue
        let held = _held[(int)window]
        select Standing(limits, window, unit, Math.Max(0, held.Free[unit] + held.Left[unit]), held.Start);

    private QuotaStanding Standing(QuotaLimits limits, QuotaWindow window, QuotaUnit unit, long remaining, DateTimeOffset start) =>
        new(scope, window, unit, limits.Of(window)[unit], remaining, start + window.Length());

    /// <summary>Runs a write during which nothing is charged: what it tells the row stays true until its answer is there.</summary>
    private async Task WriteAloneAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        lock (_gate)
            _isWriting = true;
        try
        {
            await write(cancellationToken);
            _failed = null;
        }
        catch (Exception exception) when (StorageFault.Is(exception) && !cancellationToken.IsCancellationRequested)
        {
            _failed = new Failed(clock.GetTimestamp(), ExceptionDispatchInfo.Capture(exception));
            throw;
        }
        finally
        {
            lock (_gate)
                _isWriting = false;
        }
    }

    /// <summary>Gets a share in which the cost fits, or records that there is none.</summary>
    private async Task RenewAsync(QuotaLimits limits, Volume cost, CancellationToken cancellationToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(10); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var asked = clock.GetTimestamp();
            var row = await table.ReadAsync(scope, cancellationToken);
            // The answer has just compared the clock with the storage service's.
            var now = clock.GetUtcNow();
            var renewed = new WindowUse[_held.Length];
            var held = new HeldShare[_held.Length];
            foreach (var window in QuotaWindows.All)
            {
                var (i, use, limit) = ((int)window, row.At(window, now), limits.Of(window));
                held[i] = ShareIn(use, window);
                var (wanted, wish) = Wanted(held[i], limit, cost);
                var end = use.Start + window.Length();
                var until = now + LeaseTime < end ? now + LeaseTime : end;
                if (use.Renew(_holder, limit, held[i].Used, wanted, wish, now, until, process.LastCharge) is not { } next)
                {
                    Refuse(limits, window, use, held[i], wanted, now);
                    return;
                }

                renewed[i] = next;
            }

            if (await table.TryWriteAsync(scope, row with { Minute = renewed[0], Day = renewed[1] }, cancellationToken))
            {
                Take(held, renewed, limits, asked);
                return;
            }

            await Task.Delay(pause * (0.5 + Chance.Spread.NextDouble()), clock, cancellationToken);
        }
    }

    /// <summary>Returns the share as the row knows it: a new one when the window is new, or when the row has none any more.</summary>
    private HeldShare ShareIn(WindowUse use, QuotaWindow window)
    {
        var held = _held[(int)window];
        return held.Start == use.Start && use.LeaseOf(_holder) is not null ? held : new HeldShare(use.Start);
    }

    private (Volume Wanted, Volume Wish) Wanted(HeldShare held, Volume limit, Volume cost)
    {
        lock (_gate)
            return (cost.CountedBy(limit), held.Wish(limit, _waiting.CountedBy(limit), held.RenewedAt is { } at ? clock.GetElapsedTime(at) : TimeSpan.Zero));
    }

    private void Take(HeldShare[] held, WindowUse[] renewed, QuotaLimits limits, long asked)
    {
        lock (_gate)
        {
            foreach (var window in QuotaWindows.All)
            {
                var (i, limit) = ((int)window, limits.Of(window));
                held[i].Renew(renewed[i].LeaseOf(_holder)?.Granted ?? Volume.Zero, limit - renewed[i].Taken, asked);
                _held[i] = held[i];
            }

            _refused = null;
        }
    }

    private void Refuse(QuotaLimits limits, QuotaWindow window, WindowUse use, HeldShare held, Volume cost, DateTimeOffset now)
    {
        var limit = limits.Of(window);
        var (granted, reported) = use.LeaseOf(_holder) is { } lease ? (lease.Granted, lease.Used) : (Volume.Zero, Volume.Zero);
        var left = granted - held.Used;
        var room = Volume.Max(Volume.Zero, limit - use.Taken) + left.CountedBy(limit);
        var unit = cost.Beyond(room) ?? QuotaUnit.Mails;
        var toEnd = use.Start + window.Length() - now;
        // What others hold unused comes back before the window ends.
        var wait = cost.Beyond(limit - (use.Used - reported + held.Used)) is null && SharesComeBack < toEnd ? SharesComeBack : toEnd;
        lock (_gate)
            _refused = new Refused(clock.GetTimestamp(), room, new(Standing(limits, window, unit, Math.Max(0, room[unit]), use.Start), cost[unit], wait));
    }

    private bool IsReturnDue(bool all)
    {
        lock (_gate)
        {
            return QuotaWindows.All.Aggregate(false, (due, window) =>
            {
                var (held, limit) = (_held[(int)window], _limits.Of(window));
                var isIdle = held.LookIfIdle();
                return due || (held.Granted != Volume.Zero
                    && held.Start == window.StartOf(clock.GetUtcNow())
                    && (all || (isIdle && (IsOver(held) || held.Left.Beyond(limit.Over(WindowUse.IdlePart)) is not null))));
            });
        }
    }

    private async Task ReturnAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            Array.ForEach(_held, held => held.Freeze());
        var row = await table.ReadAsync(scope, cancellationToken);
        var now = clock.GetUtcNow();
        var (minute, day) = (Returned(QuotaWindow.Minute), Returned(QuotaWindow.Day));
        if (row.ETag is not null && await table.TryWriteAsync(scope, row with { Minute = minute, Day = day }, cancellationToken))
        {
            lock (_gate)
                (_held[0], _held[1]) = (new HeldShare(minute.Start), new HeldShare(day.Start));
        }

        // What was frozen, not what is used now: a charge that is given back meanwhile is still granted here if the answer is lost.
        WindowUse Returned(QuotaWindow window)
        {
            var use = row.At(window, now);
            return _held[(int)window] is var held && held.Start == use.Start ? use.Return(_holder, held.Granted) : use;
        }
    }

    private sealed record Failed(long At, ExceptionDispatchInfo Why);

    /// <param name="Room">What would have fitted.</param>
    private sealed record Refused(long At, Volume Room, QuotaRefusal Why)
    {
        public bool Concerns(Volume cost, DateTimeOffset now, TimeSpan age) =>
            age < RefusalHolds && now < Why.Standing.ResetAt && cost.Beyond(Room) is not null;
    }
}
