using System.Text;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.TestPeers.App;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.IntegrationTests.LocalHost.Queues;

/// <summary>A queue of its own on Azurite, and the function that listens to it.</summary>
internal sealed class QueueUnderTest
{
    private readonly QueueServiceClient _service;
    private readonly string _connectionString;

    public QueueUnderTest(AzuriteFixture azurite, string suffix = "")
    {
        _connectionString = azurite.ConnectionString;
        _service = new QueueServiceClient(_connectionString);
        Queue = _service.GetQueueClient($"t{Guid.NewGuid():N}{suffix}");
        Poison = _service.GetQueueClient($"{Queue.Name}-poison");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The queue as it is: bodies are not encoded.</summary>
    public QueueClient Queue { get; }

    public QueueClient Poison { get; }

    public static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public Task<RunningFunctions> ListenAsync(
        MessageCalls calls, QueueSettings? settings = null, LocalHostOptions? options = null, string? connectionString = null) =>
        RunningFunctions.StartAsync(
            [typeof(MessageFunction)],
            services => services.AddSingleton(calls),
            new HostSettings { Queues = (settings ?? new QueueSettings()) with { MaxPollingInterval = TimeSpan.FromMilliseconds(200) } },
            options,
            TestSettings.Configuration((TestSettings.Storage, connectionString ?? _connectionString), ("Queue", Queue.Name)));

    public async Task SendAsync(params IEnumerable<string> bodies)
    {
        await Queue.CreateIfNotExistsAsync(cancellationToken: Cancel);
        foreach (var body in bodies)
            await Queue.SendMessageAsync(body, Cancel);
    }

    /// <summary>All messages of the queue, hidden ones too.</summary>
    public static async Task<int> CountAsync(QueueClient queue)
    {
        QueueProperties properties = await queue.GetPropertiesAsync(Cancel);
        return properties.ApproximateMessagesCount;
    }

    public Task EmptyAsync() => Eventually.TrueAsync(async () => await CountAsync(Queue) == 0, "an empty queue");

    public Task<PeekedMessage> PoisonedAsync() => Eventually.FoundAsync<PeekedMessage>(
        async () => await Poison.ExistsAsync(Cancel) ? (await Poison.PeekMessageAsync(Cancel)).Value : null, "a message in the poison queue");
}
