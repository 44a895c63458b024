using System.Net;
using System.Net.Sockets;

namespace MailFunctions.Smtp.Wire;

/// <summary>An open connection to a relay, below TLS. Its stream owns what is open.</summary>
internal abstract class RelayConnection
{
    public abstract Stream Octets { get; }

    /// <summary>Our own address on this connection.</summary>
    public abstract IPAddress LocalAddress { get; }

    /// <summary>A read would not wait: octets have arrived, or the relay has closed the connection.</summary>
    /// <exception cref="ObjectDisposedException">We have closed it.</exception>
    public abstract bool IsReadable { get; }

    /// <summary>Octets that have arrived and were not read.</summary>
    public abstract int Available { get; }
}

/// <summary>A connection over TCP.</summary>
internal sealed class SocketConnection : RelayConnection
{
    private readonly Socket _socket;

    private SocketConnection(Socket socket) => (_socket, Octets) = (socket, new NetworkStream(socket, ownsSocket: true));

    public override Stream Octets { get; }

    public override IPAddress LocalAddress => ((IPEndPoint)_socket.LocalEndPoint!).Address;

    public override bool IsReadable => _socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);

    public override int Available => _socket.Available;

    public static async Task<RelayConnection> DialAsync(IPAddress address, int port, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return new SocketConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
