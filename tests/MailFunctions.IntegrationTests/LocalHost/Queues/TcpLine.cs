using System.Net;
using System.Net.Sockets;

namespace MailFunctions.IntegrationTests.LocalHost.Queues;

/// <summary>A loopback port that drops every connection until it is connected to another port, and then passes all on.</summary>
internal sealed class TcpLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly int _target;
    private readonly Task _accepting;
    private volatile bool _connected;
    private int _refused;

    public TcpLine(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public int Refused => Volatile.Read(ref _refused);

    public void Connect() => _connected = true;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ended.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ended.Token);
                if (_connected)
                {
                    passing.Add(PassAsync(client));
                    continue;
                }

                client.Dispose();
                Interlocked.Increment(ref _refused);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                using var target = new TcpClient();
                await target.ConnectAsync(IPAddress.Loopback, _target, _ended.Token);
                var (near, far) = (client.GetStream(), target.GetStream());
                await Task.WhenAny(near.CopyToAsync(far, _ended.Token), far.CopyToAsync(near, _ended.Token));
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
            {
                // The test is over.
            }
        }
    }
}
