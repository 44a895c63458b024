using System.Collections.Concurrent;
using System.Diagnostics;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Chaos;

/// <summary>The relay of a run: it takes mail, and remembers what it took and what it did wrong.</summary>
internal sealed class FaultyRelay : IAsyncDisposable
{
    private static readonly TimeSpan LongestReply = TimeSpan.FromMilliseconds(60);

    private readonly ChaosPlan _plan;
    private readonly ConcurrentDictionary<string, RelayFault?> _transactions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<long> _begun = new();
    private readonly int[] _faults = new int[Enum.GetValues<FaultKind>().Length];

    public FaultyRelay(ChaosPlan plan)
    {
        _plan = plan;
        Server = new ScriptedSmtpServer { Script = Answer };
    }

    public ScriptedSmtpServer Server { get; }

    /// <summary>Mails of which it has heard MAIL at least once.</summary>
    public int Met => _transactions.Count;

    public int Count(FaultKind kind) => Volatile.Read(ref _faults[(int)kind]);

    /// <summary>How often a client may have been left without an answer to the content of this mail.</summary>
    public int LeftOpen(string sender) => _open.GetValueOrDefault(sender);

    /// <summary>Mails that it heard MAIL for within a stretch of time of this length, wherever that was the most.</summary>
    public int MostWithin(TimeSpan window)
    {
        var begun = _begun.Order().ToList();
        var (most, first) = (0, 0);
        for (var last = 0; last < begun.Count; last++)
        {
            while (Stopwatch.GetElapsedTime(begun[first], begun[last]) >= window)
                first++;
            most = Math.Max(most, last - first + 1);
        }

        return most;
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private SmtpAction? Answer(SmtpExchange exchange)
    {
        if (exchange.Verb == SmtpExchange.Greeting)
            return Strike(RelayFault.Of(_plan, FormattableString.Invariant($"connection {exchange.Connection}"), isConnection: true), exchange);
        if (exchange is { Verb: "MAIL", Address: { } address })
        {
            _begun.Enqueue(Stopwatch.GetTimestamp());
            _transactions[address] = RelayFault.Of(_plan, FormattableString.Invariant($"{address} {exchange.Seen}"));
        }

        var sender = exchange.Verb == "MAIL" ? exchange.Address : exchange.Sender;
        var fault = sender is not null ? _transactions.GetValueOrDefault(sender) : null;
        // Of the recipients the first has it.
        if (fault?.Verb == exchange.Verb && (exchange.Verb != "RCPT" || exchange.Domain == ChaosMail.Here))
            return Strike(fault, exchange);
        return exchange switch
        {
            { Verb: "RCPT", Seen: 1, Domain: ChaosMail.Later } => SmtpAction.Reply("451 4.3.0 Not now"),
            { Verb: "RCPT", Domain: ChaosMail.Gone } => SmtpAction.Reply("550 5.1.1 No such user"),
            // It takes its time, so that kills fall into it.
            { Verb: SmtpExchange.FinalDot } => SmtpAction.Default.After(_plan.Choice.Between(TimeSpan.Zero, LongestReply, $"{sender} reply")),
            _ => null,
        };
    }

    private SmtpAction? Strike(RelayFault? fault, SmtpExchange exchange)
    {
        if (fault is null)
            return null;
        Interlocked.Increment(ref _faults[(int)fault.Kind]);
        if (fault.LeavesOpen)
            _open.AddOrUpdate(exchange.Sender!, 1, (_, count) => count + 1);
        return fault.Action;
    }
}
