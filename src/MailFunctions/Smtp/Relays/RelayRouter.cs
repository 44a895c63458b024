using System.Collections.Concurrent;
using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Smtp.Wire;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp.Relays;

/// <summary>Finds the relays that a mail may go to, and a connection to the first of them that accepts one.</summary>
internal sealed class RelayRouter : IAsyncDisposable
{
    private static readonly TimeSpan InlinePatience = TimeSpan.FromSeconds(1);

    private readonly List<RelayLine> _lines;
    private readonly ConcurrentDictionary<(ConnectionUse Use, string Fitting), RelayRoute> _routes = new();
    private readonly RelayNotices _notices;
    private readonly TimeProvider _clock;
    private readonly ILogger<RelayRouter> _logger;

    public RelayRouter(
        IOptions<RelaysOptions> options, TokenCredentialFactory credentials, RelayNotices notices, SmtpTelemetry telemetry, MailMeters meters, TimeProvider clock, ILogger<RelayRouter> logger, AddressDialer? dialer = null)
    {
        _lines = [.. RelayList.Read(options.Value).Select(relay => new RelayLine(relay, credentials, telemetry, clock, dialer))];
        _notices = notices;
        _clock = clock;
        _logger = logger;
        RelayGauges.Create(meters.Meter, _lines, clock);
    }

    public IReadOnlyList<RelayLine> Lines => _lines;

    /// <summary>Returns the route of a mail. Mails that get the same object may share a claim group.</summary>
    /// <param name="senderDomain">Lower-case ASCII.</param>
    public RelayRoute RouteOf(Lane lane, string senderDomain, IReadOnlyList<Tag> tags) =>
        RouteOf(lane, senderDomain, tags, ConnectionUses.Of(lane));

    /// <summary>
    /// Returns the route of a mail that its call delivers inline; empty unless every relay of the route has connections
    /// for that use, since inline delivery must not change which relay gets the mail.
    /// </summary>
    public RelayRoute InlineRouteOf(LedgerRow row) =>
        RouteOf(row.Lane, row.SenderDomain, row.Tags).Lines.All(line => line.Relay.Connections.Inline > 0)
            ? RouteOf(row.Lane, row.SenderDomain, row.Tags, ConnectionUse.Inline)
            : new RelayRoute(ConnectionUse.Inline, []);

    private RelayRoute RouteOf(Lane lane, string senderDomain, IReadOnlyList<Tag> tags, ConnectionUse use)
    {
        var chosen = RelaySelection.Of(_lines, lane, senderDomain, tags, use).Chosen;
        return _routes.GetOrAdd(
            (use, string.Join('/', chosen.Select(line => line.Relay.Name))),
            (key, lines) => new RelayRoute(key.Use, lines),
            chosen);
    }

    /// <summary>Returns the relays that are not on the route of a mail, and why, for <c>explain</c>.</summary>
    public IReadOnlyList<(RelayLine Line, PassedOver Why)> PassedOver(LedgerRow row) =>
        RelaySelection.Of(_lines, row.Lane, row.SenderDomain, row.Tags, ConnectionUses.Of(row.Lane)).Others;

    /// <summary>
    /// Rents a connection to a relay of the route: to the next one when a relay cannot be reached or its circuit is open.
    /// </summary>
    /// <param name="mail">The mail that asks.</param>
    /// <param name="lost">The relay that has been tried already, and its failure.</param>
    /// <exception cref="RelayUnreachableException">No relay is available; names the time of the next try, if it is known.</exception>
    public async Task<(RelayLine Line, PooledConnection Connection)> RentAsync(
        RelayRoute route, EmailId mail, Envelope envelope, (RelayLine Line, RelayUnreachableException Why)? lost, CancellationToken cancellationToken)
    {
        var last = lost?.Why;
        RelayUnreachableException? busy = null;
        foreach (var line in route.InOrder(Chance.Spread))
        {
            if (line.Relay.Unresolved.Count > 0 && line.ShouldRemind())
                _logger.SettingUnresolved(line.Relay.Name, string.Join(" and ", line.Relay.Unresolved), line.Cause.Sentence());
            // A relay with all connections in use has not failed: relays of weight 0 stay unused, and the mail waits for no second relay.
            if (line == lost?.Line || (busy is not null && line.Relay.Weight == 0) || !line.Breaker.TryPass())
                continue;
            try
            {
                var patience = busy is not null ? TimeSpan.Zero : PatienceOf(route, line);
                return (line, await line.PoolOf(route.Use).RentAsync(envelope, patience, cancellationToken));
            }
            catch (RelayUnreachableException unreachable)
            {
                Record(line, unreachable, mail);
                last = unreachable;
                if (unreachable.IsBusy)
                    busy = unreachable;
            }
        }

        throw Unreachable(route, busy ?? last);
    }

    public void Record(RelayLine line, RelayUnreachableException unreachable, EmailId mail)
    {
        if (!unreachable.IsBusy && RelaySigns.Of(unreachable) is var sight && line.Record(sight, mail))
            Tell(line, sight);
    }

    /// <summary>Records the result of a mail in the relay's breaker.</summary>
    /// <param name="isAlone">No other mail is sent with it, and it has not waited before.</param>
    /// <returns>The result as it is judged in view of what other mails met.</returns>
    public TransactionResult Record(RelayLine line, TransactionResult result, EmailId mail, bool isAlone)
    {
        var (judged, sight, hasOpened) = line.Judge(result, mail, isAlone);
        if (hasOpened)
            Tell(line, sight);
        return judged;
    }

    /// <summary>Returns when to retry a mail that a relay of the route refused for a reason on our side.</summary>
    /// <returns>A time soon where another relay may be better; null while the circuit is closed, for the usual delays.</returns>
    public DateTimeOffset? RetryAt(RelayRoute route, RelayLine refused)
    {
        if (refused.Breaker.OpenUntil is null)
            return null;
        return route.Lines.Any(line => line.Breaker.OpenUntil is null) ? _clock.GetUtcNow() + TimeSpan.FromSeconds(1) : FirstProbe(route).RetryAt;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_lines.Select(line => line.DisposeAsync().AsTask()));
    }

    private void Tell(RelayLine line, RelaySight sight)
    {
        if (line.Breaker.OpenUntil is not { } until)
            return;
        var (name, reply, cause) = (line.Relay.Name, sight.Reply, sight.Cause);
        _notices.Post(name, new RelayNotice(until, reply.Stage, reply.Code, cause));
        if (reply is { Stage: SmtpStage.Local, Code: 538 })
            _logger.LoginNeedsTls(name, until);
        else if (cause == RelayCause.OutOfStep)
            _logger.RelayOutOfStep(name, reply.Stage.ToString(), until);
        else if (cause.IsRefusal())
            _logger.RelayRefusesUs(name, reply.Stage.ToString(), reply.Code, cause.ToString(), until, cause.Sentence());
        else
            _logger.RelayLeftAlone(name, reply.Stage.ToString(), reply.Code, cause.ToString(), until, cause.Sentence());
    }

    /// <summary>Returns the time to wait for a connection: shorter for a call, since a queue function can take over its mail.</summary>
    private static TimeSpan PatienceOf(RelayRoute route, RelayLine line) =>
        route.Use == ConnectionUse.Inline && line.Relay.ConnectionWait > InlinePatience ? InlinePatience : line.Relay.ConnectionWait;

    private RelayUnreachableException Unreachable(RelayRoute route, RelayUnreachableException? last)
    {
        if (route.Lines.Count == 0)
            return new RelayUnreachableException("none", new SmtpReply(SmtpStage.Local, 0, null, "No relay is for such mail; see the settings Match of the relays."), null) { WaitingFor = WaitReason.NoRelay };

        var (line, retryAt) = FirstProbe(route);
        if (route.Lines.Any(other => other.Breaker.OpenUntil is null))
            return last ?? LeftAlone(line, _clock.GetUtcNow());
        return last?.With(retryAt) ?? LeftAlone(line, retryAt);
    }

    private static RelayUnreachableException LeftAlone(RelayLine line, DateTimeOffset retryAt) => line.Relay.Unresolved.Count > 0
        ? RelayUnreachableException.Unresolved(line.Relay.Name, retryAt, line.Relay.Unresolved)
        : RelayUnreachableException.LeftAlone(line.Relay.Name, retryAt, line.Cause);

    /// <summary>Returns the relay that is retried first, and a time a little after that, different for each mail.</summary>
    private (RelayLine Line, DateTimeOffset RetryAt) FirstProbe(RelayRoute route)
    {
        var now = _clock.GetUtcNow();
        var (line, until) = route.Lines.Select(line => (line, Until: line.Breaker.OpenUntil ?? now)).MinBy(open => open.Until);
        return (line, until + TimeSpan.FromSeconds(Chance.Spread.NextDouble() * Math.Max(2, (until - now).TotalSeconds / 5)));
    }
}
