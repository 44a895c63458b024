using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailFunctions.TestPeers.Network;

namespace MailFunctions.Benchmarks.Whole;

/// <summary>
/// Debian's redis-server on a port and in a folder of its own, with its append-only file: what it acknowledged it has
/// written, and asks the disk to keep within a second (<c>appendfsync everysec</c>, its default).
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-redis-").FullName;

    private RedisServer(int port)
    {
        Port = port;
        Process = Process.Start(new ProcessStartInfo(
            Program,
            ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--appendonly", "yes", "--dir", _folder, "--loglevel", "warning"])
        { CreateNoWindow = true })!;
    }

    public static bool IsInstalled => File.Exists(Program);

    public int Port { get; }

    public Process Process { get; }

    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken)
    {
        var redis = new RedisServer(LoopbackPorts.Take());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (!await AnswersAsync(redis.Port, patience.Token))
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience.Token);
            return redis;
        }
        catch
        {
            await redis.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited)
            Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
