using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Storage;

/// <summary>
/// The clients of the one storage account, made from the setting <c>AzureWebJobsStorage</c> as the Functions host reads
/// it: a connection string, or <c>__blobServiceUri</c>, <c>__queueServiceUri</c>, <c>__tableServiceUri</c> (or
/// <c>__accountName</c>) with an identity, user-assigned if <c>__clientId</c> is set.
/// </summary>
internal sealed class StorageClients
{
    public const string Setting = "AzureWebJobsStorage";

    private const int MaxRetries = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NetworkTimeout = TimeSpan.FromSeconds(20);

    private readonly Func<string, TableClient> _table;
    private readonly QueueServiceClient _queues;
    private readonly BlobServiceClient _blobs;

    /// <param name="adjust">Changes the options of each client, such as its transport.</param>
    /// <inheritdoc cref="StorageSettingValidator.Require"/>
    public StorageClients(IConfiguration configuration, StorageClock clock, Action<ClientOptions>? adjust = null)
    {
        StorageSettingValidator.Require(configuration);
        var tables = Configure(new TableClientOptions(), clock);
        // Equal to host.json's messageEncoding. With base64 the host would never pass an undecodable message to a function, and
        // another program's message would expire in the poison queue after seven days, unseen.
        var queues = Configure(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, clock);
        var blobs = Configure(new BlobClientOptions(), clock);
        // A large attachment on a slow line needs longer than a row.
        blobs.Retry.NetworkTimeout = TimeSpan.FromSeconds(100);
        foreach (var options in (ClientOptions[])[tables, queues, blobs])
            adjust?.Invoke(options);

        if (configuration[Setting] is { Length: > 0 } connectionString)
        {
            _table = name => new StrictTableClient(connectionString, name, tables);
            _queues = new QueueServiceClient(connectionString, queues);
            _blobs = new BlobServiceClient(connectionString, blobs);
        }
        else
        {
            var section = configuration.GetSection(Setting);
            TokenCredential credential = section["clientId"] is { Length: > 0 } clientId
                ? new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId))
                : new DefaultAzureCredential();
            var endpoint = ServiceUri(section, "table");
            _table = name => new StrictTableClient(endpoint, name, credential, tables);
            _queues = new QueueServiceClient(ServiceUri(section, "queue"), credential, queues);
            _blobs = new BlobServiceClient(ServiceUri(section, "blob"), credential, blobs);
        }
    }

    /// <summary>
    /// The longest time of one request to a table or a queue before the client gives it up: each try to its time-out, and
    /// the pauses in between, which double, and to which Azure.Core's DelayStrategy adds a fifth at most. A Retry-After of the
    /// service, and the wait for an access token, are added without a bound.
    /// </summary>
    public static TimeSpan LongestCall => ((MaxRetries + 1) * NetworkTimeout) + (1.2 * Enumerable.Range(0, MaxRetries)
        .Select(doublings => FirstPause * Math.Pow(2, doublings))
        .Aggregate(TimeSpan.Zero, (sum, pause) => sum + (pause < LongestPause ? pause : LongestPause)));

    /// <summary>True if the account is an emulator on this machine.</summary>
    public bool IsLocal => _queues.Uri.IsLoopback;

    /// <summary>Returns a <see cref="StrictTableClient"/>, which refuses keys that Azure does not take before it sends a request.</summary>
    public TableClient Table(string name) => _table(name);

    public QueueClient Queue(string name) => _queues.GetQueueClient(name);

    public BlobContainerClient Container(string name) => _blobs.GetBlobContainerClient(name);

    private static Uri ServiceUri(IConfigurationSection section, string service)
    {
        if (section[$"{service}ServiceUri"] is { Length: > 0 } uri)
            return new Uri(uri);
        if (section["accountName"] is { Length: > 0 } account)
            return new Uri($"https://{account}.{service}.core.windows.net");

        throw new InvalidOperationException(
            $"The setting {Setting} is missing: give it a storage connection string, or set {Setting}__{service}ServiceUri for access by identity.");
    }

    private static TOptions Configure<TOptions>(TOptions options, StorageClock clock)
        where TOptions : ClientOptions
    {
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = MaxRetries;
        options.Retry.Delay = FirstPause;
        options.Retry.MaxDelay = LongestPause;
        options.Retry.NetworkTimeout = NetworkTimeout;
        options.AddPolicy(new StorageClockPolicy(clock), HttpPipelinePosition.PerRetry);
        return options;
    }
}
