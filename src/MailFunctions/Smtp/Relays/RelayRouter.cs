using System.Collections.Concurrent;
using MailFunctions.Mail;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Sessions;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp.Relays;

/// <summary>Finds the relays that a mail may go to, and a connection to the first of them that lets us in.</summary>
internal sealed class RelayRouter : IAsyncDisposable
{
    private static readonly TimeSpan PromptPatience = TimeSpan.FromSeconds(1);

    private readonly List<RelayLine> _lines;
    private readonly ConcurrentDictionary<(ConnectionUse Use, string Fitting), RelayRoute> _routes = new();
    private readonly RelayNotices _notices;
    private readonly TimeProvider _clock;
    private readonly ILogger<RelayRouter> _logger;

    public RelayRouter(
        IOptions<RelaysOptions> options, TokenCredentialFactory credentials, RelayNotices notices, SmtpTelemetry telemetry, MailMeters meters, TimeProvider clock, ILogger<RelayRouter> logger)
    {
        _lines = [.. RelayList.Read(options.Value).Select(relay => new RelayLine(relay, credentials, telemetry, clock))];
        _notices = notices;
        _clock = clock;
        _logger = logger;
        RelayGauges.Create(meters.Meter, _lines, clock);
    }

    public IReadOnlyList<RelayLine> Lines => _lines;

    /// <summary>Mails with the same answer may share a window: it is the same object.</summary>
    /// <param name="senderDomain">Lower-case ASCII.</param>
    public RelayRoute RouteOf(Lane lane, string senderDomain, IReadOnlyList<Tag> tags) =>
        RouteOf(lane, senderDomain, tags, ConnectionUses.Of(lane));

    /// <summary>The same for a call that delivers what it has accepted; empty unless all of them have connections for it, since which of them gets a mail is not for the call to change.</summary>
    public RelayRoute InlineRouteOf(LedgerRow row) =>
        RouteOf(row.Lane, row.SenderDomain, row.Tags).Lines.All(line => line.Relay.Connections.Prompt > 0)
            ? RouteOf(row.Lane, row.SenderDomain, row.Tags, ConnectionUse.Prompt)
            : new RelayRoute(ConnectionUse.Prompt, []);

    private RelayRoute RouteOf(Lane lane, string senderDomain, IReadOnlyList<Tag> tags, ConnectionUse use)
    {
        var chosen = RelaySelection.Of(_lines, lane, senderDomain, tags, use).Chosen;
        return _routes.GetOrAdd(
            (use, string.Join('/', chosen.Select(line => line.Relay.Name))),
            (key, lines) => new RelayRoute(key.Use, lines),
            chosen);
    }

    /// <summary>The relays that are not on the route of a mail, and why: for the person who asks.</summary>
    public IReadOnlyList<(RelayLine Line, PassedOver Why)> PassedOver(LedgerRow row) =>
        RelaySelection.Of(_lines, row.Lane, row.SenderDomain, row.Tags, ConnectionUses.Of(row.Lane)).Others;

    /// <summary>A connection to a relay of the route: to the next when one cannot be reached or is left alone.</summary>
    /// <param name="mail">Who asks.</param>
    /// <param name="lost">The relay that has been tried already, and what came of it.</param>
    /// <exception cref="RelayUnreachableException">There is none; says when to try again, if that is known.</exception>
    public async Task<(RelayLine Line, PooledConnection Connection)> RentAsync(
        RelayRoute route, EmailId mail, Envelope envelope, (RelayLine Line, RelayUnreachableException Why)? lost, CancellationToken cancellationToken)
    {
        var last = lost?.Why;
        RelayUnreachableException? busy = null;
        foreach (var line in route.InOrder(Random.Shared))
        {
            if (line.Relay.Unresolved.Count > 0 && line.ShouldRemind())
                _logger.SettingUnresolved(line.Relay.Name, string.Join(" and ", line.Relay.Unresolved), line.Cause.Sentence());
            // A full house is no failure: the spare relay stays spare, and no other is waited for.
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

    /// <summary>Tells the relay's breaker what came of a mail.</summary>
    /// <param name="isAlone">No other mail goes with it, and it has not waited before.</param>
    /// <returns>What the result means, given what other mails met.</returns>
    public TransactionResult Record(RelayLine line, TransactionResult result, EmailId mail, bool isAlone)
    {
        var (judged, sight, hasOpened) = line.Judge(result, mail, isAlone);
        if (hasOpened)
            Tell(line, sight);
        return judged;
    }

    /// <summary>When a mail should be tried again that a relay of the route did not take for a reason of ours.</summary>
    /// <returns>Soon where another relay may be better; null while the relay is not left alone, for the usual waits.</returns>
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

    /// <summary>A call that finds all connections in use has a queue function to leave the mail to.</summary>
    private static TimeSpan PatienceOf(RelayRoute route, RelayLine line) =>
        route.Use == ConnectionUse.Prompt && line.Relay.ConnectionWait > PromptPatience ? PromptPatience : line.Relay.ConnectionWait;

    private RelayUnreachableException Unreachable(RelayRoute route, RelayUnreachableException? last)
    {
        if (route.Lines.Count == 0)
            return new RelayUnreachableException("none", new SmtpReply(SmtpStage.Local, 0, null, "No relay is for such mail; see the settings Match of the relays."), null);

        var (line, retryAt) = FirstProbe(route);
        if (route.Lines.Any(other => other.Breaker.OpenUntil is null))
            return last ?? LeftAlone(line, _clock.GetUtcNow());
        return last?.With(retryAt) ?? LeftAlone(line, retryAt);
    }

    private static RelayUnreachableException LeftAlone(RelayLine line, DateTimeOffset retryAt) => line.Relay.Unresolved.Count > 0
        ? RelayUnreachableException.Unresolved(line.Relay.Name, retryAt, line.Relay.Unresolved)
        : RelayUnreachableException.LeftAlone(line.Relay.Name, retryAt, line.Cause);

    /// <summary>The relay that is looked at first again, and a moment a little later than that, each mail at its own.</summary>
    private (RelayLine Line, DateTimeOffset RetryAt) FirstProbe(RelayRoute route)
    {
        var now = _clock.GetUtcNow();
        var (line, until) = route.Lines.Select(line => (line, Until: line.Breaker.OpenUntil ?? now)).MinBy(open => open.Until);
        return (line, until + TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Max(2, (until - now).TotalSeconds / 5)));
    }
}
