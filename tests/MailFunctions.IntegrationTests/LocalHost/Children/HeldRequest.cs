using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailFunctions.IntegrationTests.LocalHost.Children;

/// <summary>A request whose body is sent in two parts, the second when the test says so.</summary>
internal sealed class HeldRequest : IDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly byte[] _rest;

    private HeldRequest(byte[] rest) => _rest = rest;

    /// <summary>Sends the head and half of the body.</summary>
    public static async Task<HeldRequest> SendHalfAsync(
        Uri address, string method, IReadOnlyList<string> headers, string body, CancellationToken cancellationToken)
    {
        var bytes = Encoding.ASCII.GetBytes(body);
        var head = string.Join("\r\n", [$"{method} {address.PathAndQuery} HTTP/1.1", $"Host: {address.Authority}", $"Content-Length: {bytes.Length}", .. headers, "", ""]);
        var request = new HeldRequest(bytes[(bytes.Length / 2)..]);
        await request._client.ConnectAsync(IPAddress.Loopback, address.Port, cancellationToken);
        await request._client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        await request._client.GetStream().WriteAsync(bytes.AsMemory(..(bytes.Length / 2)), cancellationToken);
        return request;
    }

    /// <returns>The first line of the answer; null when there is none.</returns>
    public async Task<string?> SendRestAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _client.GetStream().WriteAsync(_rest, cancellationToken);
            return await new StreamReader(_client.GetStream()).ReadLineAsync(cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();
}
