using System.Net;
using System.Net.Sockets;
using MailFunctions.TestPeers.Network;

namespace MailFunctions.Tests.TestPeers;

public sealed class DelayingProxyTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_arrives_whole_in_order_and_not_before_the_round_trip()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var proxy = new DelayingProxy(((IPEndPoint)listener.LocalEndpoint).Port, RoundTrip);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cancellation);
        var stream = client.GetStream();
        var echo = EchoAsync(listener);
        var sent = new byte[300_000];
        new Random(7).NextBytes(sent);

        var began = TimeProvider.System.GetTimestamp();
        var writing = WriteAsync();
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received.AsMemory(0, 1), Cancellation);
        var first = TimeProvider.System.GetElapsedTime(began);
        await stream.ReadExactlyAsync(received.AsMemory(1), Cancellation);

        Assert.True(first >= RoundTrip, $"The first octet came after {first}.");
        Assert.Equal(sent, received);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));
        await Task.WhenAll(writing, echo);

        async Task WriteAsync()
        {
            await stream.WriteAsync(sent, Cancellation);
            client.Client.Shutdown(SocketShutdown.Send);
        }
    }

    [Fact]
    public async Task Requests_in_flight_are_delayed_together_and_not_one_after_another()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var proxy = new DelayingProxy(((IPEndPoint)listener.LocalEndpoint).Port, TimeSpan.FromSeconds(1));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, proxy.Port, Cancellation);
        var echo = EchoAsync(listener);

        var began = TimeProvider.System.GetTimestamp();
        for (byte i = 0; i < 30; i++)
            await client.GetStream().WriteAsync(new[] { i }, Cancellation);
        await client.GetStream().ReadExactlyAsync(new byte[30], Cancellation);
        var took = TimeProvider.System.GetElapsedTime(began);

        // One after the other it would be 30 s; the rest is patience with a busy machine.
        Assert.InRange(took, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        client.Client.Shutdown(SocketShutdown.Send);
        await echo;
    }

    private static async Task EchoAsync(TcpListener listener)
    {
        using var server = await listener.AcceptTcpClientAsync(Cancellation);
        await server.GetStream().CopyToAsync(server.GetStream(), Cancellation);
        server.Client.Shutdown(SocketShutdown.Send);
    }
}
