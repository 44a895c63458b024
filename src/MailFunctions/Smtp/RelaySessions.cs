using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp;

/// <summary>
/// The open sessions with the relay: as many as there are sends at the same time, each used again while it is fresh.
/// </summary>
/// <remarks>Thread safe. What was rented must be returned, whatever happened to it.</remarks>
internal sealed class RelaySessions : IAsyncDisposable
{
    /// <summary>Left alone for longer than this, a session is asked whether it still lives.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentStack<RelaySession> _idle = new();
    private readonly TimeProvider _clock;
    private int _rented;

    public RelaySessions(IOptions<RelayOptions> options, TimeProvider clock)
    {
        var errors = new List<string>();
        Relay = Relay.Read(options.Value, errors) ?? throw new OptionsValidationException(RelayOptions.Section, typeof(RelayOptions), errors);
        _clock = clock;
    }

    public Relay Relay { get; }

    /// <summary>Sessions in use.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>A session that can carry a mail with this envelope.</summary>
    /// <exception cref="RelayUnreachableException">No session could be had.</exception>
    public async Task<RelaySession> RentAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _rented);
        try
        {
            while (_idle.TryPop(out var session))
            {
                if (session.CanCarry(envelope) && await CanServeAsync(session, cancellationToken))
                    return session;
                await session.DisposeAsync();
            }

            return await RelaySession.OpenAsync(Relay, _clock, cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref _rented);
            throw;
        }
    }

    public async ValueTask ReturnAsync(RelaySession session)
    {
        Interlocked.Decrement(ref _rented);
        if (session.IsUsable && Relay.Limits.IdleTimeout > TimeSpan.Zero)
            _idle.Push(session);
        else
            await session.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        while (_idle.TryPop(out var session))
            await session.DisposeAsync();
    }

    private async ValueTask<bool> CanServeAsync(RelaySession session, CancellationToken cancellationToken)
    {
        var idle = _clock.GetElapsedTime(session.LastUsed);
        return session.IsUsable && idle < Relay.Limits.IdleTimeout && (idle < Fresh || await session.IsAliveAsync(cancellationToken));
    }
}
