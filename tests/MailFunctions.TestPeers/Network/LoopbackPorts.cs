using System.Net;
using System.Net.Sockets;

namespace MailFunctions.TestPeers.Network;

/// <summary>
/// Free ports for programs that cannot be told to find one themselves. They lie below what systems hand out to clients and to
/// listeners that name none (IANA: 49152; Linux: 32768), so that nobody gets one by chance before the program listens, or
/// while it is stopped.
/// </summary>
public static class LoopbackPorts
{
    private const int Lowest = 20_000;
    private const int Highest = 31_999;

    /// <summary>Processes begin at different places, and go on from there.</summary>
    private static int _last = Random.Shared.Next(Highest - Lowest);

    /// <summary>No port is given twice in a process, until all others were.</summary>
    public static int[] Take(int count)
    {
        var ports = new int[count];
        for (var i = 0; i < count; i++)
            ports[i] = Take();
        return ports;
    }

    public static int Take()
    {
        while (true)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref _last) % (Highest - Lowest + 1));
            if (IsFree(port))
                return port;
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
