using MailFunctions.Client;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.LocalHost.Runs;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.Client;

/// <summary>A whole local host that asks for a function key, and a relay that keeps what it gets.</summary>
public sealed class RunningServer(AzuriteFixture azurite) : IAsyncLifetime
{
    /// <summary>The container whose blobs mails may name.</summary>
    public const string Files = "files";

    public const string Key = "kept-between-us";

    private readonly LocalHostFolder _folder = new();
    private LocalHostProcess? _run;

    internal ScriptedSmtpServer Relay { get; } = new();

    public string Storage { get; } = azurite.TakeAccount();

    public Uri? Address { get; private set; }

    public async ValueTask InitializeAsync()
    {
        _run = LocalHostProcess.Start(
            [
                .. _folder.Arguments,
                $"--{TestSettings.Storage}={Storage}",
                $"--{TestSettings.CreateMissing}=true",
                $"--{TestSettings.Container}={Files}",
                $"--{TestSettings.FunctionKey}={Key}",
                $"--{TestSettings.Relay("Url")}={TestSettings.RelayUrl(Relay.Port)}",
            ]);
        Address = await _run.StartedAsync();
    }

    /// <summary>The services of a program that uses the client.</summary>
    public ServiceProvider Services(string? key = Key, LogLines? log = null, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace));
        if (log is not null)
            services.AddSingleton<ILoggerProvider>(log);
        services.AddMailFunctionsClient(options => (options.BaseAddress, options.FunctionKey) = (Address, key));
        more?.Invoke(services);
        return services.BuildServiceProvider();
    }

    public MailFunctionsClient Client(string? key = Key) => Services(key).GetRequiredService<MailFunctionsClient>();

    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
            await _run.DisposeAsync();
        await _folder.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
