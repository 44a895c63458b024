using MailFunctions.LocalHost.Children;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailFunctions.Benchmarks;

/// <summary>
/// An Azurite in memory, and the classes of the pipeline on it, without a host: for putting mail there, and for looking.
/// The app that is measured is a process of its own.
/// </summary>
internal sealed class Workbench : IAsyncDisposable
{
    private readonly string _folder;
    private readonly RunningService _azurite;
    private readonly string _connectionString;
    private readonly IHost _host;

    private Workbench(string folder, RunningService azurite, string connectionString, IHost host) =>
        (_folder, _azurite, _connectionString, _host) = (folder, azurite, connectionString, host);

    public StorageClients Storage => Get<StorageClients>();

    /// <summary>Azurite's process id.</summary>
    public int StorageProcess => _azurite.Child!.Id;

    public static async Task<Workbench> OpenAsync(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("mailfunctions-benchmarks-").FullName;
        var tools = new ToolInstallation(LocalFolders.Tools, Console.Error, TimeProvider.System);
        var account = AzuriteAccount.Random();
        var azurite = await Azurite.Define(AzuritePorts.Any, account.Setting, tools, folder, dataFolder: null, endsWithParent: true)
            .EnsureAsync(Console.Error, cancellationToken);
        var connectionString = Azurite.ConnectionString(azurite.Ports, account);

        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [StorageClients.Setting] = connectionString,
            // Required, and never spoken to from here.
            ["MailFunctions:Relay:Host"] = "127.0.0.1",
        });
        builder.Services.AddMailFunctions(builder.Configuration);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new Workbench(folder, azurite, connectionString, host);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Starts the app on this storage, and waits until it is ready.</summary>
    public Task<AppProcess> LaunchAsync(int relayPort, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken) =>
        AppProcess.StartAsync(Options(relayPort, settings), cancellationToken);

    /// <summary>With which the app starts on this storage, and logs no more than warnings.</summary>
    public AppProcessOptions Options(int relayPort, IReadOnlyDictionary<string, string> settings) => new()
    {
        Assembly = Path.Combine(AppContext.BaseDirectory, "MailFunctions.LocalHost.dll"),
        StorageConnectionString = _connectionString,
        RelayUrl = TestSettings.RelayUrl(relayPort),
        Settings = new Dictionary<string, string>(settings) { ["Logging:LogLevel:Default"] = "Warning" },
    };

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        if (_azurite.Child is { } child)
            await child.StopAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
