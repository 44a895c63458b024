using System.Net;
using System.Net.Sockets;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Smtp.Wire;

namespace MailFunctions.Simulation.Outside;

/// <summary>A relay that takes mail, refuses it, keeps it waiting or drops the connection, as the seed decides.</summary>
/// <param name="faults">Returns how many of a thousand commands meet a fault now.</param>
internal sealed class SimulatedRelay(World world, Func<int> faults)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(3);
    private readonly List<Delivery> _delivered = [];

    /// <summary>The copies that recipients have received, in order.</summary>
    public IReadOnlyList<Delivery> Delivered => _delivered;

    /// <summary>Called for each sender of a MAIL command that was accepted.</summary>
    public event Action<string>? Began;

    /// <summary>Called for each copy, with its sender and its recipient.</summary>
    public event Action<string, string>? Took;

    /// <summary>Opens a connection for a process.</summary>
    public async Task<RelayConnection> DialAsync(Life life, CancellationToken cancellationToken)
    {
        var connected = new TaskCompletionSource();
        world.After(Delay(), life, () => connected.TrySetResult());
        await using var canceled = cancellationToken.UnsafeRegister(_ => connected.TrySetCanceled(cancellationToken), null);
        await connected.Task;
        if (world.Chance.Next(1000) < faults())
            throw new SocketException((int)SocketError.ConnectionRefused);
        var stream = new RelayPipe(world, life, this);
        stream.Greet();
        return new SimulatedConnection(stream);
    }

    internal TimeSpan Delay() => world.Draw(Usual, Slow);

    internal RelayFault Draw() => world.Chance.Next(1000) >= faults() ? RelayFault.None : (RelayFault)world.Chance.Next(1, Enum.GetValues<RelayFault>().Length);

    internal void Begin(string sender) => Began?.Invoke(sender);

    internal void Take(string sender, IEnumerable<string> recipients)
    {
        foreach (var recipient in recipients)
        {
            _delivered.Add(new Delivery(sender, recipient, world.Now));
            Took?.Invoke(sender, recipient);
            world.Trace.Add(world.Now, "relay", "delivers", $"{sender} to {recipient}", 250);
        }
    }

    private sealed class SimulatedConnection(RelayPipe pipe) : RelayConnection
    {
        public override Stream Octets => pipe;

        public override IPAddress LocalAddress => IPAddress.Loopback;

        public override bool IsReadable => pipe.IsReadable;

        public override int Available => pipe.Available;
    }
}

/// <summary>One copy of a mail, received by one recipient.</summary>
internal readonly record struct Delivery(string Sender, string Recipient, DateTimeOffset At);

/// <summary>What a relay does with a command instead of accepting it.</summary>
internal enum RelayFault
{
    None,

    /// <summary>Refuses for now: 451.</summary>
    Later,

    /// <summary>Refuses for good: 550.</summary>
    Never,

    /// <summary>Closes the connection before the command.</summary>
    Drop,

    /// <summary>Does what it was told, and closes the connection instead of answering.</summary>
    DropAfter,

    /// <summary>Does what it was told, and answers later than anyone waits.</summary>
    Stall,
}
