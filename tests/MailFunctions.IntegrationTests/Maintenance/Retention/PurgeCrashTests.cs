using System.Text.Json;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>The timer dies after each of its writes in turn. What it leaves is found by the next run: nothing lies about that no row leads to.</summary>
public sealed class PurgeCrashTests(AzuriteFixture azurite)
{
    private const int MostWrites = 200;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_run_that_dies_after_any_write_leaves_nothing_that_the_next_does_not_find()
    {
        var account = azurite.TakeAccount();
        await using var scene = await RetentionScene.StartAsync(account);
        await using var proxy = await StorageProxy.StartAsync(account, Cancellation);
        var batch = (await scene.Pipeline.SubmitBatchAsync(
            $$"""
            {"defaults":{"from":"shop@example.org","subject":"June","text":{{JsonSerializer.Serialize(new string('x', 5000))}}},
             "emails":[{"to":"one@example.com"},{"to":"two@example.com","attachments":[{"filename":"a.bin","content":"{{Convert.ToBase64String(new byte[40 * 1024])}}"}]}]}
            """, Cancellation)).Require(202);
        foreach (var id in batch.Emails)
            await scene.Pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        await scene.SendAsync(RetentionScene.WithFile());
        Assert.Equal(3, (await scene.BlobsAsync()).Count);

        var deaths = 0;
        foreach (var time in (TimeSpan[])[RetentionScene.ContentIsOver, RetentionScene.LedgerIsOver])
        {
            scene.Clock.Advance(time);
            // Runs that did nothing yet and runs that did much are among them. Later they live longer: what is gone already costs
            // a write, too, so that one that always dies after three might never come further.
            while (!await RunAsync(scene, proxy, (deaths % 4) + (deaths / 40)))
            {
                await RequireNothingLostAsync(scene);
                deaths++;
                Assert.True(deaths < MostWrites, "The purge never ends.");
            }
        }

        await scene.RunAfterAsync(TimeSpan.FromDays(1));
        Assert.True(deaths > 20, $"It died {deaths} times.");
        Assert.Empty(await scene.BlobsAsync());
        foreach (var table in (string[])[StorageNames.EmailsTable, StorageNames.EventsTable, StorageNames.BatchesTable])
            Assert.Empty(await scene.RowsAsync(table));
    }

    /// <returns>False when it died.</returns>
    private static async Task<bool> RunAsync(RetentionScene scene, StorageProxy proxy, int survives)
    {
        // A process of its own, as a kill leaves nothing of the one before.
        await using var dying = await TestApp.On(proxy).With(TestSettings.CreateMissing, "false").WithClock(scene.Clock).StartAsync();
        using var kill = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writes = 0;
        proxy.Faults = request =>
        {
            if (!request.IsWrite || Interlocked.Increment(ref writes) <= survives)
                return StorageFault.None;
            kill.Cancel();
            return StorageFault.HoldBefore;
        };
        try
        {
            await dying.Get<RetentionTimer>().RunAsync(kill.Token);
            return true;
        }
        catch (OperationCanceledException) when (!Cancellation.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            proxy.Faults = _ => StorageFault.None;
        }
    }

    /// <summary>Every blob and every event has a row that leads to it.</summary>
    private static async Task RequireNothingLostAsync(RetentionScene scene)
    {
        var rows = (await scene.RowsAsync(StorageNames.EmailsTable)).Select(key => EmailId.Parse(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..])).ToList();
        var standing = await scene.Pipeline.Ledger.ReadManyAsync(rows, Cancellation);
        var prefixes = standing.Values.SelectMany(row => new[] { row.Content?.BlobName, row.Content?.SharedName }).OfType<string>().ToHashSet();
        Assert.All(await scene.BlobsAsync(), blob => Assert.Contains(blob.Split('/')[0], prefixes));
        var events = standing.Values.SelectMany(row => row.Events).Select(key => $"{key.PartitionKey}/{key.RowKey}").ToHashSet();
        Assert.All(await scene.RowsAsync(StorageNames.EventsTable), found => Assert.Contains(found, events));
        var batches = standing.Values.Select(row => row.Batch).OfType<EmailId>().Select(id => $"{id}/batch").ToHashSet();
        Assert.All(await scene.RowsAsync(StorageNames.BatchesTable), found => Assert.Contains(found, batches));
    }
}
