using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.Network;

namespace MailFunctions.Chaos;

/// <summary>An Azurite that keeps its data on disk, and can be stopped and started again on the same ports.</summary>
internal sealed class DiskStorage : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mailfunctions-chaos-").FullName;
    private readonly ToolInstallation _tools = new(LocalFolders.Tools, TextWriter.Null, TimeProvider.System);
    private readonly AzuriteAccount _account = AzuriteAccount.Random();
    private readonly AzuritePorts _ports;
    private ChildProcess? _running;

    private DiskStorage()
    {
        var ports = LoopbackPorts.Take(3);
        _ports = new AzuritePorts(ports[0], ports[1], ports[2]);
        ConnectionString = Azurite.ConnectionString(ports, _account);
    }

    public string ConnectionString { get; }

    public static async Task<DiskStorage> CreateAsync(CancellationToken cancellationToken)
    {
        var storage = new DiskStorage();
        try
        {
            await storage.StartAsync(cancellationToken);
            return storage;
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var azurite = Azurite.Define(_ports, _account.Setting, _tools, _folder, Path.Combine(_folder, "data"), endsWithParent: true);
        _running = (await azurite.EnsureAsync(TextWriter.Null, cancellationToken)).Child;
    }

    /// <summary>
    /// As a local run ends it: what has arrived whole is answered, the other connections are destroyed, then it saves and
    /// ends, however long that takes. It is never killed, so what it acknowledged is there when it runs again.
    /// </summary>
    public Task StopAsync() => _running!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_running is not null)
            await _running.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
