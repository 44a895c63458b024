using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>
/// A process that dies of a message of a poison queue, again and again. The test does the host's part: it runs a message five
/// times at the most, and never deletes one that it does not run (QueueProcessor of Microsoft.Azure.WebJobs.Extensions.Storage.Queues).
/// </summary>
public sealed class PoisonDeathTests(AzuriteFixture azurite)
{
    private const string PoisonQueue = StorageNames.BulkQueue + StorageNames.PoisonSuffix;

    /// <summary>host.json's maxDequeueCount.</summary>
    private const int MaxDequeueCount = 5;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_poison_message_survives_forty_crashes_in_a_row_and_is_then_processed(bool readable)
    {
        await using var scene = await SceneAsync();
        var (id, body) = await scene.PoisonAsync(readable);
        Func<StorageRequest, bool> work = readable
            ? request => request.Name == StorageNames.EmailsTable
            : request => request.Name == StorageNames.DeadLettersTable;

        for (var death = 1; death <= 40; death++)
        {
            Assert.False(await scene.RunNextAsync(work), $"It lived at death {death}.");
            Assert.Equal(1, await scene.Pipeline.CountMessagesAsync(PoisonQueue, Cancellation));
        }

        Assert.True(await scene.RunNextAsync(_ => false));
        Assert.Equal(0, await scene.Pipeline.CountMessagesAsync(PoisonQueue, Cancellation));
        if (readable)
            Assert.Equal((EmailState.Deferred, 1), await scene.StateAsync(id));
        else
            Assert.Equal(body, Assert.Single(await scene.Pipeline.Get<DeadLetters>().ReadAsync(10, Cancellation)).Body);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_death_after_any_request_of_a_later_try_leaves_messages_of_which_one_counts(int survives)
    {
        await using var scene = await SceneAsync();
        var (id, _) = await scene.PoisonAsync(readable: true);

        // At the first try, at the second, which puts a copy, and at the copy's own.
        Assert.False(await scene.RunNextAsync(request => request.Name == StorageNames.EmailsTable));
        for (var death = 0; death < 2; death++)
        {
            var seen = 0;
            if (await scene.RunNextAsync(_ => Interlocked.Increment(ref seen) > survives))
                break;
        }

        await scene.RunToTheEndAsync();
        Assert.Equal(0, await scene.Pipeline.CountMessagesAsync(PoisonQueue, Cancellation));
        Assert.Equal((EmailState.Deferred, 1), await scene.StateAsync(id));
    }

    private async Task<Scene> SceneAsync()
    {
        var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var relay = new ScriptedSmtpServer();
        return new Scene(proxy, relay, await TestApp.On(proxy)
            .WithRelay(relay)
            // A copy is there at once, as if the ten minutes had gone by.
            .WithService(new PoisonTimes(TimeSpan.Zero))
            .StartAsync());
    }

    private sealed class Scene(StorageProxy proxy, ScriptedSmtpServer relay, TestApp pipeline) : IAsyncDisposable
    {
        public TestApp Pipeline => pipeline;

        private QueueClient Queue => pipeline.Storage.Queue(PoisonQueue);

        /// <summary>Puts a message as the host does that gives one up.</summary>
        public async Task<(EmailId Id, string Body)> PoisonAsync(bool readable)
        {
            var id = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow())[0];
            await QueuedMails.InsertAsync(pipeline, Lane.Bulk, [id], Cancellation);
            var body = readable ? new LaneMessage([new NamedAttempt(id, 1)]).ToBody().ToString() : "not ours";
            await Queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
            await Queue.SendMessageAsync(body, Cancellation);
            return (id, body);
        }

        public async Task<(EmailState State, int Faults)> StateAsync(EmailId id) =>
            await pipeline.RowAsync(id, Cancellation) is var row ? (row.State, row.Faults) : default;

        /// <summary>Runs the next message that the host would run. The process dies instead of the first request that fits.</summary>
        /// <returns>False when it died.</returns>
        public async Task<bool> RunNextAsync(Func<StorageRequest, bool> death)
        {
            var message = await Eventually.FoundAsync<QueueMessage>(
                async () => await Queue.ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancellation), "a message that the host would run");
            Assert.True(message.DequeueCount <= MaxDequeueCount, "The host does not run it any more.");
            return await RunAsync(message, death);
        }

        /// <summary>Runs what is left, as long as there is something.</summary>
        public async Task RunToTheEndAsync()
        {
            while ((await Queue.ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancellation)).Value is { } message)
                Assert.True(await RunAsync(message, _ => false));
        }

        public async ValueTask DisposeAsync()
        {
            await pipeline.DisposeAsync();
            await proxy.DisposeAsync();
            await relay.DisposeAsync();
        }

        private async Task<bool> RunAsync(QueueMessage message, Func<StorageRequest, bool> death)
        {
            using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            var dead = 0;
            proxy.Faults = request =>
            {
                if (Volatile.Read(ref dead) == 0 && !death(request))
                    return StorageFault.None;
                if (Interlocked.Exchange(ref dead, 1) == 0)
                    kill.Cancel();
                return StorageFault.HoldBefore;
            };
            // A kill leaves nothing of the process: what still ran is held, and never performed.
            var run = pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, message, kill.Token);
            await Task.WhenAny(run, Task.Delay(Timeout.InfiniteTimeSpan, kill.Token));
            var lived = Volatile.Read(ref dead) == 0;
            if (lived)
                await run;
            else
                await run.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            proxy.Faults = _ => StorageFault.None;

            // The host: deletes what succeeded, and shows what a dead process held.
            try
            {
                if (lived)
                    await Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);
                else
                    await Queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, (string?)null, TimeSpan.Zero, Cancellation);
            }
            catch (Azure.RequestFailedException gone) when (gone.Status is 400 or 404)
            {
                // It has been replaced.
            }

            return lived;
        }
    }
}
