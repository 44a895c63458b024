using System.Net;
using System.Net.Sockets;

namespace MailFunctions.Benchmarks;

internal static class LoopbackPort
{
    /// <summary>Free a moment ago: for programs that cannot be told to find one themselves.</summary>
    public static int FindFree()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
