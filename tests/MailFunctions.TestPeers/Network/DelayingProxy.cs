using System.Net.Sockets;
using System.Threading.Channels;

namespace MailFunctions.TestPeers.Network;

/// <summary>
/// Stands before a TCP server on 127.0.0.1 and makes it far away: whatever it answers arrives the whole round trip later,
/// in the same order and the same pieces. It takes no kernel module and no rights.
/// </summary>
/// <remarks>
/// All of the delay is on the way back, which nobody who waits for replies can tell from two halves. Connecting itself is
/// not delayed. Timers are of whole milliseconds: the round trip is the one asked for and up to about a millisecond more.
/// </remarks>
public sealed class DelayingProxy : IAsyncDisposable
{
    private readonly TimeSpan _roundTrip;
    private readonly TcpGate _gate;

    public DelayingProxy(int targetPort, TimeSpan roundTrip)
    {
        _roundTrip = roundTrip;
        _gate = new TcpGate(targetPort, DelayAsync);
    }

    public int Port => _gate.Port;

    public ValueTask DisposeAsync() => _gate.DisposeAsync();

    private async Task DelayAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var onItsWay = Channel.CreateUnbounded<(byte[] Octets, long Sent)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var arriving = ArriveAsync(onItsWay.Reader, to, cancellationToken);
        try
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
                onItsWay.Writer.TryWrite((buffer[..read], TimeProvider.System.GetTimestamp()));
        }
        finally
        {
            onItsWay.Writer.Complete();
            await arriving;
        }
    }

    private async Task ArriveAsync(ChannelReader<(byte[] Octets, long Sent)> onItsWay, Socket to, CancellationToken cancellationToken)
    {
        await foreach (var (octets, sent) in onItsWay.ReadAllAsync(cancellationToken))
        {
            // Timers cut fractions of milliseconds off, and nothing must arrive too early.
            while (_roundTrip - TimeProvider.System.GetElapsedTime(sent) is { Ticks: > 0 } left)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), TimeProvider.System, cancellationToken);
            await to.SendAsync(octets, cancellationToken);
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
