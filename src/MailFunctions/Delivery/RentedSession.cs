using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;

namespace MailFunctions.Delivery;

/// <summary>
/// The session that a window sends over, exchanged for a fresh one when it cannot go on: with the same relay, or with the
/// next of the route. When there is none, the rest of the window does not ask again.
/// </summary>
internal sealed class RentedSession(RelayRouter router, RelayRoute route) : IAsyncDisposable
{
    private RelayLine? _line;
    private PooledConnection? _connection;
    private RelayUnreachableException? _lost;
    private bool _leaves;
    private bool _renews;

    /// <summary>The relay that the session is with.</summary>
    public Relay Relay => _line?.Relay ?? throw new InvalidOperationException("There is no session.");

    /// <summary>The session was opened for an earlier mail, so the relay may have closed it in the meantime.</summary>
    public bool IsReused => _connection is { IsReused: true } or { Session.MailsSent: > 0 };

    /// <summary>It has no session any more, and asks for none.</summary>
    public bool IsLost => _lost is not null;

    /// <summary>Others wait for a connection such as this.</summary>
    public bool IsWanted => _line?.PoolOf(route.Use).IsWanted ?? false;

    /// <summary>Another session with the same relay, if there is a place for it that nobody else waits for.</summary>
    public async Task<RentedSession?> TryBranchAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        if (_line is not { Breaker.OpenUntil: null } line || await line.PoolOf(route.Use).TryRentAsync(envelope, cancellationToken) is not { } connection)
            return null;
        return new RentedSession(router, route) { _line = line, _connection = connection };
    }

    /// <exception cref="RelayUnreachableException">No relay of the route lets us in.</exception>
    public async Task<RelaySession> SessionForAsync(EmailId mail, Envelope envelope, CancellationToken cancellationToken)
    {
        if (_lost is not null)
            throw _lost;
        if (!_leaves && !_renews && _connection is { Session: { IsUsable: true } usable } && usable.CanCarry(envelope))
            return usable;

        try
        {
            return await ExchangeAsync(mail, envelope, cancellationToken);
        }
        catch (RelayUnreachableException unreachable)
        {
            _lost = unreachable;
            throw;
        }
    }

    /// <summary>When a mail that the relay did not take for a reason of ours should be tried again; null: by the usual waits.</summary>
    public DateTimeOffset? RetryAt => router.RetryAt(route, _line!);

    /// <summary>Tells the relay's breaker what came of a mail. A relay that is left alone because of it gets no other mail of the window.</summary>
    /// <param name="isAlone">No other mail goes with it, and it has not waited before.</param>
    /// <returns>What the result means, given what other mails met.</returns>
    public TransactionResult Record(TransactionResult result, EmailId mail, bool isAlone = false)
    {
        var judged = router.Record(_line!, result, mail, isAlone);
        _leaves = judged.Ours is not null && _line!.Breaker.OpenUntil is not null;
        return judged;
    }

    /// <summary>The next mail goes over a fresh connection.</summary>
    public void Renew() => _renews = true;

    public async ValueTask DisposeAsync()
    {
        if (_connection is { } held)
        {
            _connection = null;
            await held.DisposeAsync();
        }
    }

    /// <summary>In the place that is held already, so that nobody comes in between; elsewhere when the relay does not let us in any more.</summary>
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
