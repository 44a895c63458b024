using System.Globalization;
using System.Text.RegularExpressions;

namespace MailFunctions.LocalHost.Children;

/// <summary>The storage emulator: blob, queue and table on three loopback ports.</summary>
internal static partial class Azurite
{
    private static readonly string[] Services = ["Blob", "Queue", "Table"];

    /// <param name="accounts">Names and keys in the form of the setting AZURITE_ACCOUNTS.</param>
    /// <param name="dataFolder">The folder of its data; null for memory only.</param>
    public static LocalService Define(
        AzuritePorts ports, string accounts, ToolInstallation tools, string runFolder, string? dataFolder, bool endsWithParent = false, AllowedPages? pages = null) => new(
            "Azurite",
            [
                new("Azurite's blobs", ports.Blob, "LocalHost:Azurite:BlobPort"),
                new("Azurite's queues", ports.Queue, "LocalHost:Azurite:QueuePort"),
                new("Azurite's tables", ports.Table, "LocalHost:Azurite:TablePort"),
            ],
            RecogniseAsync,
            async cancellationToken => Command(await tools.EnsureAsync(cancellationToken), ports, runFolder, dataFolder, endsWithParent) with
            {
                Environment = new Dictionary<string, string>((pages ?? AllowedPages.None).Environment) { ["AZURITE_ACCOUNTS"] = accounts },
            },
            ReadPorts);

    public static string ConnectionString(IReadOnlyList<int> ports, AzuriteAccount account) =>
        $"DefaultEndpointsProtocol=http;AccountName={AzuriteAccount.Name};AccountKey={account.Key};"
        + string.Concat(Services.Zip(ports, (service, port) => string.Create(
            CultureInfo.InvariantCulture, $"{service}Endpoint=http://127.0.0.1:{port}/{AzuriteAccount.Name};")));

    private static ChildCommand Command(string tools, AzuritePorts ports, string runFolder, string? dataFolder, bool endsWithParent)
    {
        if (dataFolder is not null)
            Directory.CreateDirectory(dataFolder);
        return new ChildCommand(
            "azurite",
            Path.Combine(tools, "node_modules", "azurite", "dist", "src", "azurite.js"),
            [
                "--silent", "--disableTelemetry",
                // The client libraries use a newer version of the protocol than this Azurite lists.
                "--skipApiVersionCheck",
                .. HostAndPort("blob", ports.Blob), .. HostAndPort("queue", ports.Queue), .. HostAndPort("table", ports.Table),
                .. dataFolder is null ? ["--inMemoryPersistence"] : new[] { "--location", dataFolder },
            ],
            runFolder,
            endsWithParent)
        { Title = "Azurite" };
    }

    private static string[] HostAndPort(string service, int port) =>
        [$"--{service}Host", "127.0.0.1", $"--{service}Port", port.ToString(CultureInfo.InvariantCulture)];

    private static IReadOnlyList<int>? ReadPorts(string log)
    {
        var ports = Listening().Matches(log).ToDictionary(
            match => match.Groups["service"].Value, match => int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture));
        return Services.All(ports.ContainsKey) ? [.. Services.Select(service => ports[service])] : null;
    }

    [GeneratedRegex(@"Azurite (?<service>\w+) service is successfully listening at http://[^:\s]+:(?<port>\d+)\s")]
    private static partial Regex Listening();

    /// <summary>
    /// Recognises any Azurite by its name and version in the Server header, which it sends even when it refuses the request.
    /// </summary>
    private static async Task<bool> RecogniseAsync(Port port, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{port.Number}/{AzuriteAccount.Name}?comp=list"), cancellationToken);
            return answer.Headers.TryGetValues("Server", out var servers)
                && servers.Any(server => server.StartsWith("Azurite-", StringComparison.OrdinalIgnoreCase));
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>The ports of an Azurite; zero for any free port.</summary>
internal sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    public static AzuritePorts Default { get; } = new(10000, 10001, 10002);

    public static AzuritePorts Any { get; } = new(0, 0, 0);
}
