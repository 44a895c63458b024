using Azure;
using Azure.Storage.Queues;
using MailFunctions.LocalHost.Queues;

namespace MailFunctions.LocalHost.Children;

/// <summary>
/// Provides what one machine lacks of Azure: storage and a relay. Each is started only when the configuration names no other.
/// </summary>
internal sealed class Surroundings : IAsyncDisposable
{
    private const string Storage = "AzureWebJobsStorage";
    private const string DevelopmentStorage = "UseDevelopmentStorage=true";

    private readonly List<ChildProcess> _children = [];
    private readonly string? _temporary;
    private readonly Ending _ending;

    private Surroundings(string? temporary, Ending ending) => (_temporary, _ending) = (temporary, ending);

    /// <summary>The inbox's web page; null when a relay is configured.</summary>
    public Uri? InboxPage { get; private set; }

    /// <exception cref="CannotStartException">A required part is not available.</exception>
    public static Task<Surroundings> EnsureAsync(
        LocalHostOptions options, IConfigurationManager configuration, TextWriter console, StopSignals signals) =>
        EnsureAsync(options, configuration, console, withRelay: true, signals);

    /// <summary>Does the same for a command that sends no mail.</summary>
    /// <exception cref="CannotStartException">The storage is not available.</exception>
    public static Task<Surroundings> EnsureStorageAloneAsync(
        LocalHostOptions options, IConfigurationManager configuration, TextWriter console, StopSignals signals) =>
        EnsureAsync(options, configuration, console, withRelay: false, signals);

    private static async Task<Surroundings> EnsureAsync(
        LocalHostOptions options, IConfigurationManager configuration, TextWriter console, bool withRelay, StopSignals signals)
    {
        var cancellationToken = signals.Token;
        var temporary = options.Ephemeral ? Directory.CreateTempSubdirectory("mailfunctions-").FullName : null;
        var surroundings = new Surroundings(temporary, new Ending(console, signals.NextInterrupt));
        try
        {
            using var turn = await StartTurn.TakeAsync(options.RunFolder, cancellationToken);
            await surroundings.EnsureStorageAsync(options, configuration, console, cancellationToken);
            if (withRelay)
                await surroundings.EnsureRelayAsync(options, configuration, console, cancellationToken);
            SetAllowedSenders(configuration);
            SetPublicUrl(options, configuration);
            SetHttpInstances(configuration);
            if (surroundings.InboxPage is not null)
                LetSandboxReachInbox(configuration);
            return surroundings;
        }
        catch
        {
            await surroundings.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_children.Select(child => child.StopAsync(_ending)));
        if (_temporary is not null)
            Directory.Delete(_temporary, recursive: true);
    }

    private async Task EnsureStorageAsync(
        LocalHostOptions options, IConfigurationManager configuration, TextWriter console, CancellationToken cancellationToken)
    {
        var section = configuration.GetSection(Storage);
        var isDevelopment = string.Equals(section.Value?.Trim().TrimEnd(';'), DevelopmentStorage, StringComparison.OrdinalIgnoreCase);
        if (!isDevelopment && (!string.IsNullOrWhiteSpace(section.Value) || section.GetChildren().Any()))
        {
            // Opened only to refuse a malformed connection string here, in a sentence.
            QueueConnection.Open(configuration, Storage);
            return;
        }

        var account = AzuriteAccount.OfFolder(options.DataFolder);
        var azurite = Azurite.Define(
            options.Azurite, options.AzuritePublishedKey ? account.SettingWithPublishedKey : account.Setting, Tools(options, console),
            options.RunFolder, options.Ephemeral ? null : Path.Combine(options.DataFolder, "azurite"), pages: options.AllowedPages)
            with
        { StateFile = Path.Combine(options.RunFolder, "azurite.json") };
        var running = await azurite.EnsureAsync(console, cancellationToken, _ending);
        Own(running);

        // The published key is used when the user asked for it, for an Azurite that another program started.
        AzuriteAccount[] accounts = isDevelopment || options.AzuritePublishedKey ? [account, AzuriteAccount.Published] : [account];
        foreach (var connection in accounts.Select(candidate => Azurite.ConnectionString(running.Ports, candidate)))
        {
            if (await IsAcceptedAsync(connection, running.Ports[1], cancellationToken))
            {
                Set(configuration, Storage, connection);
                return;
            }
        }

        throw new CannotStartException(
            $"The Azurite on port {running.Ports[1]} does not take the key of this data folder ({AzuriteAccount.KeyFile(options.DataFolder)}); end it, or set {Storage} to its connection string, which is {DevelopmentStorage} where it has the key that its vendor published.");
    }

    private async Task EnsureRelayAsync(
        LocalHostOptions options, IConfigurationManager configuration, TextWriter console, CancellationToken cancellationToken)
    {
        if (ConfiguredRelay.Exists(configuration))
            return;

        var inbox = Inbox.Define(
            options.Inbox, Tools(options, console), options.RunFolder, Path.Combine(_temporary ?? options.DataFolder, "inbox"), options.AllowedPages)
            with
        { StateFile = Path.Combine(options.RunFolder, "inbox.json") };
        var running = await inbox.EnsureAsync(console, cancellationToken, _ending);
        Own(running);

        InboxPage = new Uri($"http://127.0.0.1:{running.Ports[1]}/");
        Set(configuration, "MailFunctions:Relay:Url", $"smtp://127.0.0.1:{running.Ports[0]}?starttls=none");
    }

    /// <summary>Sets one HTTP instance: one process runs everything, so that inline delivery has connections.</summary>
    private static void SetHttpInstances(IConfigurationManager configuration)
    {
        const string setting = "MailFunctions:Scale:HttpInstances";
        if (configuration[setting] is null)
            Set(configuration, setting, "1");
    }

    /// <summary>Lets unsubscribe links lead to this host by default; its port is known only where it is not any free one.</summary>
    private static void SetPublicUrl(LocalHostOptions options, IConfigurationManager configuration)
    {
        const string setting = "MailFunctions:PublicUrl";
        if (configuration[setting] is null && options.Port != 0)
            Set(configuration, setting, FormattableString.Invariant($"http://127.0.0.1:{options.Port}"));
    }

    /// <summary>Allows any sender by default; on Azure no sender is allowed until the settings name it.</summary>
    private static void SetAllowedSenders(IConfigurationManager configuration)
    {
        var section = configuration.GetSection("MailFunctions:AllowedSenders");
        if (section.Value is null && !section.GetChildren().Any())
            Set(configuration, "MailFunctions:AllowedSenders:0", "*");
    }

    /// <summary>Lets the sandbox reach the inbox, which delivers nothing to real recipients.</summary>
    private static void LetSandboxReachInbox(IConfigurationManager configuration)
    {
        var section = configuration.GetSection("MailFunctions:Sandbox");
        if (section.GetSection("Enabled").Exists() && !section.GetSection("Allow").Exists() && !section.GetSection("DivertTo").Exists())
            Set(configuration, "MailFunctions:Sandbox:Allow:0", "*");
    }

    private static ToolInstallation Tools(LocalHostOptions options, TextWriter console) =>
        new(options.ToolsFolder, console, TimeProvider.System);

    private static void Set(IConfigurationManager configuration, string key, string value) =>
        configuration.AddInMemoryCollection([new(key, value)]);

    private void Own(RunningService running)
    {
        if (running.Child is not null)
            _children.Add(running.Child);
    }

    /// <summary>Says whether an Azurite that another program started accepts the key and the protocol of our client libraries.</summary>
    private static async Task<bool> IsAcceptedAsync(string connection, int port, CancellationToken cancellationToken)
    {
        var client = new QueueServiceClient(connection, new QueueClientOptions { Retry = { MaxRetries = 0 } });
        try
        {
            await client.GetPropertiesAsync(cancellationToken);
            return true;
        }
        catch (RequestFailedException refused) when (refused.Status == StatusCodes.Status403Forbidden)
        {
            return false;
        }
        catch (RequestFailedException refused) when (refused.Status == StatusCodes.Status400BadRequest)
        {
            throw new CannotStartException(
                $"The Azurite on port {port} does not know the protocol version of these client libraries; end it, or start it with --skipApiVersionCheck.");
        }
    }
}
