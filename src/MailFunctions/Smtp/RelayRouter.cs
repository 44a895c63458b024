using System.Collections.Concurrent;
using MailFunctions.Ledger;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Smtp;

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
    public RelayRoute PromptRouteOf(LedgerRow row) =>
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
                Saw(line, unreachable, mail);
                last = unreachable;
                if (unreachable.IsBusy)
                    busy = unreachable;
            }
        }

        throw Unreachable(route, busy ?? last);
    }

    public void Saw(RelayLine line, RelayUnreachableException unreachable, EmailId mail)
    {
        if (!unreachable.IsBusy)
            Saw(line, RelaySigns.Of(unreachable), unreachable.Reply, mail);
    }

    public void Saw(RelayLine line, TransactionResult result, EmailId mail) =>
        Saw(line, RelaySigns.Of(result), result.Recipients[0].Reply, mail);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_lines.Select(line => line.DisposeAsync().AsTask()));
    }

    private void Saw(RelayLine line, RelaySign sign, SmtpReply reply, EmailId mail)
    {
        if (!line.Breaker.Saw(sign, mail) || line.Breaker.OpenUntil is not { } until)
            return;
        _notices.Post(line.Relay.Name, new RelayNotice(until, reply.Stage, reply.Code));
        if (sign == RelaySign.RefusesCredentials)
            _logger.RelayRefusesCredentials(line.Relay.Name, reply.Stage.ToString(), reply.Code, until);
        else
            _logger.RelayLeftAlone(line.Relay.Name, reply.Stage.ToString(), reply.Code, until);
    }

    /// <summary>A call that finds all connections in use has a queue function to leave the mail to.</summary>
    private static TimeSpan PatienceOf(RelayRoute route, RelayLine line) =>
        route.Use == ConnectionUse.Prompt && line.Relay.ConnectionWait > PromptPatience ? PromptPatience : line.Relay.ConnectionWait;

    private RelayUnreachableException Unreachable(RelayRoute route, RelayUnreachableException? last)
    {
        if (route.Lines.Count == 0)
            return new RelayUnreachableException("none", new SmtpReply(SmtpStage.Local, 0, null, "No relay is for such mail; see the settings Match of the relays."), null);

        var open = route.Lines.Select(line => (line.Relay.Name, Until: line.Breaker.OpenUntil)).ToList();
        if (open.Exists(line => line.Until is null))
            return last ?? RelayUnreachableException.LeftAlone(open[0].Name, _clock.GetUtcNow());

        // A little later than the first probe, each mail at its own moment.
        var (name, until) = open.MinBy(line => line.Until);
        var retryAt = until!.Value + TimeSpan.FromSeconds(Random.Shared.NextDouble() * Math.Max(2, (until.Value - _clock.GetUtcNow()).TotalSeconds / 5));
        return last?.With(retryAt) ?? RelayUnreachableException.LeftAlone(name, retryAt);
    }
}
