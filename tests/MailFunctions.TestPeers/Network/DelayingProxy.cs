using System.Net;
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
    private readonly CancellationTokenSource _stopping = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Task> _connections = [];
    private readonly int _targetPort;
    private readonly TimeSpan _roundTrip;
    private readonly Task _accepting;

    public DelayingProxy(int targetPort, TimeSpan roundTrip)
    {
        (_targetPort, _roundTrip) = (targetPort, roundTrip);
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _connections.RemoveAll(connection => connection.IsCompleted);
                _connections.Add(RelayAsync(client));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that left the queue of connections early, or the end.
            }
        }
    }

    private async Task RelayAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _targetPort, _stopping.Token);
                await Task.WhenAll(ForwardAsync(client, server), DelayAsync(server, client));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two sides went, or the end.
            }
        }
    }

    private async Task ForwardAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer, _stopping.Token)) > 0)
            await to.SendAsync(buffer.AsMemory(0, read), _stopping.Token);
        to.Shutdown(SocketShutdown.Send);
    }

    private async Task DelayAsync(Socket from, Socket to)
    {
        var onItsWay = Channel.CreateUnbounded<(byte[] Octets, long Sent)>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var arriving = ArriveAsync(onItsWay.Reader, to);
        try
        {
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = await from.ReceiveAsync(buffer, _stopping.Token)) > 0)
                onItsWay.Writer.TryWrite((buffer[..read], TimeProvider.System.GetTimestamp()));
        }
        finally
        {
            onItsWay.Writer.Complete();
            await arriving;
        }
    }

    private async Task ArriveAsync(ChannelReader<(byte[] Octets, long Sent)> onItsWay, Socket to)
    {
        await foreach (var (octets, sent) in onItsWay.ReadAllAsync(_stopping.Token))
        {
            // Timers cut fractions of milliseconds off, and nothing must arrive too early.
            while (_roundTrip - TimeProvider.System.GetElapsedTime(sent) is { Ticks: > 0 } left)
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), TimeProvider.System, _stopping.Token);
            await to.SendAsync(octets, _stopping.Token);
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
