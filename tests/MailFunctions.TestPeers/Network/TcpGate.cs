using System.Net;
using System.Net.Sockets;

namespace MailFunctions.TestPeers.Network;

/// <summary>
/// Stands before a TCP server on 127.0.0.1 and passes everything on, until it is cut: then its connections end as those of
/// a killed process do, and no other is accepted.
/// </summary>
public sealed class TcpGate : IAsyncDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<Task> _connections = [];
    private readonly int _targetPort;
    private readonly Func<Socket, Socket, CancellationToken, Task> _back;
    private readonly Task _accepting;

    public TcpGate(int targetPort)
        : this(targetPort, PassAsync)
    {
    }

    /// <param name="back">Passes on what the server sends, from the first socket to the second.</param>
    internal TcpGate(int targetPort, Func<Socket, Socket, CancellationToken, Task> back)
    {
        (_targetPort, _back) = (targetPort, back);
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Ends all connections; when this returns, nothing more is passed on.</summary>
    public async Task CutAsync()
    {
        await _cut.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _cut.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_cut.IsCancellationRequested)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_cut.Token);
                _connections.RemoveAll(connection => connection.IsCompleted);
                _connections.Add(PassAsync(client));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // A client that left the queue of connections early, or the end.
            }
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _targetPort, _cut.Token);
                await Task.WhenAll(PassAsync(client, server, _cut.Token), _back(server, client, _cut.Token));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // One of the two sides went, or the end.
            }
        }
    }

    private static async Task PassAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer, cancellationToken)) > 0)
            await to.SendAsync(buffer.AsMemory(0, read), cancellationToken);
        to.Shutdown(SocketShutdown.Send);
    }
}
