using MailFunctions.Smtp.Sessions;
using MailKit;

namespace MailFunctions.Smtp.Relays;

/// <summary>
/// The connections to one relay that one use has: opened when needed up to its share, used again while they are fresh,
/// closed with QUIT when they are not needed any more.
/// </summary>
/// <remarks>Thread safe. What was rented must be disposed of, whatever happened to it.</remarks>
internal sealed class ConnectionPool : IAsyncDisposable
{
    /// <summary>Left alone for longer than this, a connection is asked whether it still lives.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>A relay that refused one more connection is not asked for another before this.</summary>
    private static readonly TimeSpan AfterRefusal = TimeSpan.FromMinutes(1);

    private readonly Relay _relay;
    private readonly int _capacity;
    private readonly Func<CancellationToken, Task<RelaySession>> _open;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _permits;
    private readonly Lock _gate = new();
    private readonly Stack<RelaySession> _idle = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _sweeping;
    private int _waiting;
    private long? _refused;

    /// <param name="capacity">From 1.</param>
    public ConnectionPool(Relay relay, int capacity, Func<CancellationToken, Task<RelaySession>> open, TimeProvider clock)
    {
        _relay = relay;
        _capacity = capacity;
        _open = open;
        _clock = clock;
        _permits = new SemaphoreSlim(capacity);
        _sweeping = relay.IdleTimeout > TimeSpan.Zero ? SweepAsync(_closing.Token) : Task.CompletedTask;
    }

    /// <summary>Connections in use.</summary>
    public int Rented => _capacity - _permits.CurrentCount;

    /// <summary>Connections that are open and not in use.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
                return _idle.Count;
        }
    }

    /// <summary>Somebody waits for a connection.</summary>
    public bool IsWanted => Volatile.Read(ref _waiting) > 0;

    /// <summary>One more connection for somebody who has one already: never at the cost of others, and not soon after the relay refused one.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<PooledConnection?> TryRentAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (IsWanted || IsRefused() || !_permits.Wait(TimeSpan.Zero, CancellationToken.None))
            return null;
        try
        {
            var (session, isReused) = await TakeAsync(envelope, cancellationToken);
            return new PooledConnection(this, session, isReused);
        }
        catch (Exception exception) when (exception is RelayUnreachableException or OperationCanceledException)
        {
            // It may allow fewer at a time than we are told: whoever has one goes on with that.
            lock (_gate)
                _refused = _clock.GetTimestamp();
            _permits.Release();
            return null;
        }
        catch
        {
            _permits.Release();
            throw;
        }
    }

    /// <summary>A connection that can carry a mail with this envelope.</summary>
    /// <param name="patience">How long to wait when all are in use.</param>
    /// <exception cref="RelayUnreachableException">None could be had: all stayed in use, or the relay did not let us in.</exception>
    public async Task<PooledConnection> RentAsync(Envelope envelope, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!_permits.Wait(TimeSpan.Zero, CancellationToken.None) && !await WaitAsync(patience, cancellationToken))
            throw RelayUnreachableException.Busy(_relay.Name, _capacity);
        try
        {
            var (session, isReused) = await TakeAsync(envelope, cancellationToken);
            return new PooledConnection(this, session, isReused);
        }
        catch
        {
            _permits.Release();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _sweeping;
        // All at once: each QUIT waits for its reply.
        var closing = new List<Task>();
        while (TakeIdle() is { } session)
            closing.Add(session.DisposeAsync().AsTask());
        await Task.WhenAll(closing);
    }

    /// <summary>For a holder of a permit: an idle connection, or a new one. Idle ones are used up first, so that all together never exceed the capacity.</summary>
    /// <param name="fresh">Not an idle one, but in the place of one.</param>
    internal async Task<(RelaySession Session, bool IsReused)> TakeAsync(Envelope envelope, CancellationToken cancellationToken, bool fresh = false)
    {
        while (TakeIdle() is { } session)
        {
            if (!fresh && session.CanCarry(envelope) && await CanServeAsync(session, cancellationToken))
                return (session, true);
            await session.DisposeAsync();
            if (fresh)
                break;
        }

        return (await _open(cancellationToken), false);
    }

    /// <summary>Keeps the connection for the next, or closes it; then its permit is free.</summary>
    internal async ValueTask ReturnAsync(RelaySession? session)
    {
        if (session is not null && !TryKeep(session))
            await session.DisposeAsync();
        _permits.Release();
    }

    private async Task<bool> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            return await _permits.WaitAsync(patience, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private bool IsRefused()
    {
        lock (_gate)
            return _refused is { } at && _clock.GetElapsedTime(at) < AfterRefusal;
    }

    private bool TryKeep(RelaySession session)
    {
        lock (_gate)
        {
            if (!session.IsUsable || _relay.IdleTimeout == TimeSpan.Zero || _closing.IsCancellationRequested)
                return false;
            _idle.Push(session);
            return true;
        }
    }

    private RelaySession? TakeIdle()
    {
        lock (_gate)
            return _idle.TryPop(out var session) ? session : null;
    }

    private async ValueTask<bool> CanServeAsync(RelaySession session, CancellationToken cancellationToken)
    {
        if (!session.IsUsable || IsStale(session))
            return false;
        try
        {
            return _clock.GetElapsedTime(session.LastUsed) < Fresh || await session.IsAliveAsync(cancellationToken);
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private bool IsStale(RelaySession session) => _clock.GetElapsedTime(session.LastUsed) >= _relay.IdleTimeout || !session.IsUsable;

    private async Task SweepAsync(CancellationToken closing)
    {
        var shorter = _relay.IdleTimeout < _relay.MaxAge ? _relay.IdleTimeout : _relay.MaxAge;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Clamp(shorter.TotalSeconds / 2, 0.5, 30)), _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(closing))
            {
                while (await TryCloseStaleAsync())
                {
                }
            }
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // The pool is disposed of.
        }
    }

    /// <summary>Under a permit, so that a connection which is being closed still counts.</summary>
    private async Task<bool> TryCloseStaleAsync()
    {
        if (!_permits.Wait(TimeSpan.Zero, CancellationToken.None))
            return false;
        try
        {
            if (TakeStale() is not { } stale)
                return false;
            await stale.DisposeAsync();
            return true;
        }
        finally
        {
            _permits.Release();
        }
    }

    private RelaySession? TakeStale()
    {
        lock (_gate)
        {
            var all = _idle.ToArray();
            if (Array.FindLast(all, IsStale) is not { } stale)
                return null;
            _idle.Clear();
            foreach (var session in all.Reverse().Where(session => session != stale))
                _idle.Push(session);
            return stale;
        }
    }
}

/// <summary>A connection in use. Disposing of it gives it back.</summary>
internal sealed class PooledConnection(ConnectionPool pool, RelaySession session, bool isReused) : IAsyncDisposable
{
    private RelaySession? _session = session;
    private bool _returned;

    public RelaySession Session => _session ?? throw new ServiceNotConnectedException();

    /// <summary>It was opened for an earlier mail, so the relay may have closed it in the meantime.</summary>
    public bool IsReused { get; private set; } = isReused;

    /// <summary>Closes the connection and takes another in its place.</summary>
    /// <exception cref="RelayUnreachableException">The relay did not let us in again; the place is kept until it is disposed of.</exception>
    /// <param name="fresh">One that has carried no mail yet.</param>
    public async Task ExchangeAsync(Envelope envelope, CancellationToken cancellationToken, bool fresh = false)
    {
        if (_session is { } old)
        {
            _session = null;
            await old.DisposeAsync();
        }

        (_session, IsReused) = await pool.TakeAsync(envelope, cancellationToken, fresh);
    }

    public async ValueTask DisposeAsync()
    {
        if (_returned)
            return;
        _returned = true;
        await pool.ReturnAsync(_session);
    }
}
