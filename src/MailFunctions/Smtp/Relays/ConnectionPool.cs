using MailFunctions.Smtp.Sessions;
using MailKit;

namespace MailFunctions.Smtp.Relays;

/// <summary>
/// The connections to one relay for one use: opened when needed up to the share of that use, reused while they are fresh,
/// closed with QUIT when no longer needed.
/// </summary>
/// <remarks>Thread safe. A rented connection must be disposed of, whatever happened to it.</remarks>
internal sealed class ConnectionPool : IAsyncDisposable
{
    /// <summary>A connection that was idle for longer than this is checked with the relay before it is used again.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>The time after which a relay that refused one more connection is asked for another.</summary>
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

    /// <param name="capacity">At least 1.</param>
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

    /// <summary>A caller waits for a connection.</summary>
    public bool IsWanted => Volatile.Read(ref _waiting) > 0;

    /// <summary>
    /// Returns one more connection to a worker that already has one: never at the cost of others, and not soon
    /// after the relay refused one.
    /// </summary>
    /// <returns>Null when none is available.</returns>
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
            // The relay may allow fewer at a time than the settings say: the worker goes on with the connection that it has.
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

    /// <summary>Returns a connection that can carry a mail with this envelope.</summary>
    /// <param name="patience">The time to wait when all are in use.</param>
    /// <exception cref="RelayUnreachableException">No connection was available: all stayed in use, or the relay did not accept one.</exception>
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
        // All QUITs at once, since each waits for its reply.
        var closing = new List<Task>();
        while (TakeIdle() is { } session)
            closing.Add(session.DisposeAsync().AsTask());
        await Task.WhenAll(closing);
    }

    /// <summary>
    /// Returns an idle connection, or a new one, to a holder of a permit. Idle ones are used up first, so that the total
    /// never exceeds the capacity.
    /// </summary>
    /// <param name="fresh">True: a new connection, in the place of an idle one.</param>
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

    /// <summary>Keeps the connection for the next caller, or closes it; then releases its permit.</summary>
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

    /// <summary>Closes a stale connection while holding a permit, so that a connection which is being closed still counts.</summary>
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

/// <summary>A rented connection. Disposing of it returns it to the pool.</summary>
internal sealed class PooledConnection(ConnectionPool pool, RelaySession session, bool isReused) : IAsyncDisposable
{
    private RelaySession? _session = session;
    private bool _returned;

    public RelaySession Session => _session ?? throw new ServiceNotConnectedException();

    /// <summary>It was opened for an earlier mail, so the relay may have closed it in the meantime.</summary>
    public bool IsReused { get; private set; } = isReused;

    /// <summary>Closes the connection and rents another in its place.</summary>
    /// <exception cref="RelayUnreachableException">The relay did not accept a new connection; the permit is kept until this is disposed of.</exception>
    /// <param name="fresh">True: a connection that has carried no mail yet.</param>
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
