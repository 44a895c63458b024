using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Delivery;

/// <summary>
/// The session that a group sends over, exchanged for a fresh one when it cannot go on: with the same relay, or with the
/// next of the route. If there is none, the rest of the group does not ask again.
/// </summary>
internal sealed class RentedSession(RelayRouter router, RelayRoute route) : IAsyncDisposable
{
    private RelayLine? _line;
    private PooledConnection? _connection;
    private Obstacle.Unreachable? _lost;
    private bool _leaves;
    private bool _renews;

    /// <summary>The relay of the session.</summary>
    public Relay Relay => _line?.Relay ?? throw new InvalidOperationException("There is no session.");

    /// <summary>The session was opened for an earlier mail, so the relay may have closed it meanwhile.</summary>
    public bool IsReused => _connection is { IsReused: true } or { Session.MailsSent: > 0 };

    /// <summary>It has no session any more, and requests none.</summary>
    public bool IsLost => _lost is not null;

    /// <summary>Others wait for a connection of this kind.</summary>
    public bool IsWanted => _line?.PoolOf(route.Use).IsWanted ?? false;

    /// <summary>Rents another session with the same relay, if a place is free that no other caller waits for.</summary>
    public async Task<RentedSession?> TryBranchAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (_line is not { Breaker.OpenUntil: null } line || await line.PoolOf(route.Use).TryRentAsync(envelope, cancellationToken) is not { } connection)
            return null;
        return new RentedSession(router, route) { _line = line, _connection = connection };
    }

    /// <summary>Returns a session that can carry the envelope: the present one, or another.</summary>
    /// <returns>
    /// <see cref="Obstacle.Unreachable"/> if no relay of the route accepts a session, now and from then on;
    /// <see cref="Obstacle.NoTime"/> if the wait was canceled.
    /// </returns>
    public async Task<OrObstacle<RelaySession>> SessionForAsync(EmailId mail, Envelope envelope, CancellationToken cancellationToken)
    {
        if (_lost is not null)
            return _lost;
        if (!_leaves && !_renews && _connection is { Session: { IsUsable: true } usable } && usable.CanCarry(envelope))
            return usable;

        try
        {
            return await ExchangeAsync(mail, envelope, cancellationToken);
        }
        catch (RelayUnreachableException unreachable)
        {
            _lost = Obstacle.Unreachable.Of(unreachable);
            return _lost;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return new Obstacle.NoTime();
        }
    }

    /// <summary>The time to retry a mail that the relay refused for a reason other than the mail; null: the usual waits apply.</summary>
    public DateTimeOffset? RetryAt => router.RetryAt(route, _line!);

    /// <summary>
    /// Reports a mail's result to the relay's breaker. If the circuit opens, the relay gets no other mail of the group.
    /// </summary>
    /// <param name="isAlone">No other mail goes with it, and it was not deferred before.</param>
    /// <returns>The meaning of the result, given the results of other mails.</returns>
    public TransactionResult Record(TransactionResult result, EmailId mail, bool isAlone = false)
    {
        var judged = router.Record(_line!, result, mail, isAlone);
        _leaves = judged.Ours is not null && _line!.Breaker.OpenUntil is not null;
        return judged;
    }

    /// <summary>Makes the next mail go over a fresh connection.</summary>
    public void Renew() => _renews = true;

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } held)
        {
            _connection = null;
            await held.DisposeAsync();
        }
    }

    /// <summary>
    /// Opens a session in the place already held, so that no other caller takes it; at the next relay if this one refuses.
    /// </summary>
    private async Task<RelaySession> ExchangeAsync(EmailId mail, Envelope envelope, CancellationToken cancellationToken)
    {
        var lost = default((RelayLine, RelayUnreachableException)?);
        var fresh = _renews;
        (_leaves, _renews) = (false, false);
        if (_connection is { } held && _line is { Breaker.OpenUntil: null } line)
        {
            try
            {
                await held.ExchangeAsync(envelope, cancellationToken, fresh);
                return held.Session;
            }
            catch (RelayUnreachableException unreachable)
            {
                router.Record(line, unreachable, mail);
                lost = (line, unreachable);
            }
        }

        await DisposeAsync();
        (_line, _connection) = await router.RentAsync(route, mail, envelope, lost, cancellationToken);
        return _connection.Session;
    }
}
