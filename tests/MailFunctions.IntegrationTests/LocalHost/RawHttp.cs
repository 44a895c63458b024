using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailFunctions.IntegrationTests.LocalHost;

/// <summary>Sends to a port of this machine what no client library would.</summary>
internal static class RawHttp
{
    /// <param name="request">As it goes over the wire; it has to make the server close the connection.</param>
    /// <returns>All that came back.</returns>
    public static async Task<string> SendAsync(int port, string request, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), cancellationToken);
            var buffer = new char[4096];
            while (await reader.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                answer.Append(buffer, 0, read);
        }
        catch (IOException)
        {
            // It was closed before all of the request had been read.
        }

        return answer.ToString();
    }
}
