using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Peers;

/// <summary>A proxy of its own for each test, and clients that go through it or around it.</summary>
internal sealed class ProxiedStorage : IAsyncDisposable
{
    private readonly string _direct;

    private ProxiedStorage(StorageProxy proxy, string direct)
    {
        Proxy = proxy;
        _direct = direct;
    }

    public StorageProxy Proxy { get; }

    public string Name { get; } = AzuriteFixture.UniqueName("peers");

    public static async Task<ProxiedStorage> StartAsync(AzuriteFixture azurite, CancellationToken cancellationToken)
    {
        var direct = azurite.TakeAzuriteAccount();
        return new ProxiedStorage(await StorageProxy.StartAsync(direct, cancellationToken), direct);
    }

    /// <param name="retries">How often the client tries again; 0 shows a fault as it is.</param>
    public QueueClient Queue(int retries = 0) => new(Proxy.ConnectionString, Name, With(new QueueClientOptions(), retries));

    public TableClient Table(int retries = 0) => new(Proxy.ConnectionString, Name, With(new TableClientOptions(), retries));

    public BlobContainerClient Container(int retries = 0) => new(Proxy.ConnectionString, Name, With(new BlobClientOptions(), retries));

    public QueueClient DirectQueue() => new(_direct, Name);

    public TableClient DirectTable() => new(_direct, Name);

    public ValueTask DisposeAsync() => Proxy.DisposeAsync();

    private static T With<T>(T options, int retries)
        where T : ClientOptions
    {
        options.Retry.MaxRetries = retries;
        options.Retry.Delay = TimeSpan.FromMilliseconds(10);
        options.Retry.NetworkTimeout = TimeSpan.FromSeconds(30);

        // Connections of its own: what a fault does to one is not left to the next test.
        options.Transport = new HttpClientTransport(new HttpClient(new SocketsHttpHandler { UseProxy = false }));
        return options;
    }
}
