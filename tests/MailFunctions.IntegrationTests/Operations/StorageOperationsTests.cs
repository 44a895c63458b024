using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.IntegrationTests.Intake;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Operations;

/// <summary>
/// How many calls to storage a mail costs, from its accept to its recorded outcome and the end of its queue message. They
/// are what a mail costs in money and, on Azure, in time: a change that adds one has to change a figure here.
/// </summary>
/// <remarks>
/// With 10,000 suppressions and a rate limit, both in use before the count begins. Asking an empty queue and renewing leases
/// are left out: they belong to time and not to mail.
/// </remarks>
public sealed class StorageOperationsTests(AzuriteFixture azurite)
{
    /// <summary>What the host asks a queue for at once (host.json).</summary>
    private const int BatchSize = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_that_comes_alone_costs_eight_and_one_for_a_rate_limit()
    {
        await using var scene = await SceneAsync();

        await scene.Pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await scene.DeliverAllAsync(Lane.Transactional, mails: 1);

        Assert.Equal(
            [
                "queue:mail-transactional put",
                "table:Emails insert",
                "queue:mail-transactional get",
                "table:Emails read",
                "table:Rates batch",
                "table:Emails merge",
                "table:Events insert",
                "table:Emails merge",
                "queue:mail-transactional delete",
            ],
            scene.Operations);
    }

    /// <summary>The first of them meets no other and costs as much as eight that share a message.</summary>
    [Fact]
    public async Task Mails_that_are_posted_at_once_cost_less_than_one_each()
    {
        const int Mails = 97;
        await using var scene = await SceneAsync();

        await HeldPosts.TogetherAsync(scene.Pipeline, scene.Proxy, i => TestApp.Mail(to: $"r{i}@example.com"), many: Mails);
        await scene.DeliverAllAsync(Lane.Transactional, mails: Mails);

        Assert.True(scene.Operations.Count <= Mails, scene.Listed());
    }

    [Fact]
    public async Task A_thousand_mails_of_a_batch_cost_less_than_a_fifth_each()
    {
        await using var scene = await SceneAsync();
        var emails = string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"to":["r{{i}}@example.com"]}"""));

        (await scene.Pipeline.SubmitBatchAsync($$"""{"defaults":{"from":"shop@example.org","subject":"June","text":"Hello","lane":"bulk"},"emails":[{{emails}}]}""", Cancellation)).Require(202);
        await scene.DeliverAllAsync(Lane.Bulk, mails: 1000);

        Assert.True(scene.Operations.Count <= 200, scene.Listed());
    }

    private async Task<Scene> SceneAsync()
    {
        var relay = new ScriptedSmtpServer();
        var proxy = await StorageProxy.StartAsync(azurite.TakeAzuriteAccount(), Cancellation);
        // On a slow machine a window would be recorded in more parts, and slots of the rate would be too old to be used.
        var pipeline = await TestApp.On(proxy)
            .WithRelay(relay, ("PerSecond", "10000"))
            .With(TestSettings.Lease, "00:02:00")
            .WithClock(new SlowClock(50))
            .StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        await pipeline.Get<SuppressionWriter>().PutAsync(
            Enumerable.Range(0, 10_000).Select(i => new SuppressionEntry($"s{i}@example.net", SuppressionReason.Bounce, SuppressionScope.All, now, null, null)), Cancellation);
        var scene = new Scene(relay, proxy, pipeline);
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await scene.DeliverAllAsync(Lane.Transactional, mails: 1);
        scene.Begin();
        return scene;
    }

    private sealed class Scene(ScriptedSmtpServer relay, StorageProxy proxy, TestApp pipeline) : IAsyncDisposable
    {
        private int _skipped;
        private int _received;

        public TestApp Pipeline => pipeline;

        public StorageProxy Proxy => proxy;

        /// <summary>In the order of arrival, without the looks at an empty queue.</summary>
        public List<string> Operations => [.. proxy.Requests.Skip(_skipped).Where(request => !IsEmptyLook(request)).Select(request => request.Operation)];

        private HashSet<int> EmptyLooks { get; } = [];

        public void Begin() => (_skipped, _received) = (proxy.Requests.Count, relay.Mails.Count);

        public string Listed() => string.Join('\n', Operations.CountBy(operation => operation).Select(pair => $"{pair.Value} {pair.Key}").Prepend($"{Operations.Count} in all:"));

        /// <summary>As the host does it: up to 16 messages at once, worked through side by side, each deleted when it is done.</summary>
        public async Task DeliverAllAsync(Lane lane, int mails)
        {
            var queue = pipeline.Storage.Queue(lane);
            while (relay.Mails.Count < _received + mails)
            {
                QueueMessage[] messages = await queue.ReceiveMessagesAsync(BatchSize, TimeSpan.FromMinutes(10), Cancellation);
                if (messages.Length == 0)
                    EmptyLooks.Add(proxy.Requests.Last(request => request is { Service: StorageService.Queue, Verb: "get" }).Number);
                await Task.WhenAll(messages.Select(async message =>
                {
                    await pipeline.Get<Deliverer>().DeliverAsync(lane, message, Cancellation);
                    await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
                }));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await pipeline.DisposeAsync();
            await proxy.DisposeAsync();
            await relay.DisposeAsync();
        }

        private bool IsEmptyLook(StorageRequest request) => EmptyLooks.Contains(request.Number);
    }
}
