using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Erasure;
using MailFunctions.Maintenance.Retention;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>What mails share goes when the last of them needs it no more, whoever that is, and however many come to that at once.</summary>
public sealed class SharedContentTests(AzuriteFixture azurite)
{
    private const string Address = "ada@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_closed_key_does_not_delay_the_purge_of_shared_batch_content()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await ShareWithClosedKeyAsync(scene);

        await scene.RunAfterAsync(RetentionScene.ContentIsOver);

        Assert.Empty(await scene.BlobsAsync());
    }

    [Fact]
    public async Task A_closed_key_does_not_prevent_the_erasure_of_shared_batch_content()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var sharer = await ShareWithClosedKeyAsync(scene);

        await scene.Pipeline.Get<MailEraser>().EraseAsync((await scene.FindAsync(sharer))!, Address, false, Cancellation);

        Assert.Empty(await scene.BlobsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shared_content_is_deleted_when_two_workers_drop_its_last_mails_concurrently(bool isPurge)
    {
        var account = azurite.TakeAccount();
        await using var scene = await RetentionScene.StartAsync(account);
        await using var proxy = await StorageProxy.StartAsync(account, Cancellation);
        await using var slow = await TestApp.On(proxy).With(TestSettings.CreateMissing, "false").WithClock(scene.Clock).StartAsync();
        var ids = EmailId.Mint(scene.Clock.GetUtcNow(), 2);
        await scene.Pipeline.Get<ContentBlobs>().UploadAsync($"{ids[0]}/{ContentBlobs.SharedBlobs}0", new byte[10], Cancellation);
        // The first is due a few days before the second.
        for (var i = 0; i < ids.Length; i++)
            Assert.True(await scene.Pipeline.Ledger.TryInsertAsync(Sharing(ids[i], ids[0]) with { EndedAt = ids[i].MintedAt.AddDays(5 * i) }, Cancellation));
        scene.Clock.Advance(RetentionScene.ContentIsOver);

        // One has looked who shares, and has yet to write its row, when the other does all of it.
        proxy.Faults = request => request.Operation == "table:Emails merge" ? StorageFault.HoldBefore : StorageFault.None;
        var first = isPurge ? slow.Get<RetentionTimer>().RunAsync(Cancellation) : EraseAsync(slow, ids[0]);
        await proxy.Held.WaitForAsync(_ => true, Cancellation);
        await EraseAsync(scene.Pipeline, ids[1]);
        Assert.Single(await scene.BlobsAsync());
        proxy.Faults = _ => StorageFault.None;
        proxy.Release();
        await first;

        Assert.Empty(await scene.BlobsAsync());
    }

    private static async Task EraseAsync(TestApp pipeline, EmailId id) =>
        Assert.Equal(ErasureResult.Done, await pipeline.Get<MailEraser>().EraseAsync(await pipeline.RowAsync(id, Cancellation), Address, false, Cancellation));

    private static LedgerRow Sharing(EmailId id, EmailId owner) =>
        QueuedMails.Row(id, Lane.Bulk) with { State = EmailState.Sent, EndedAt = id.MintedAt, Content = new StoredContent([1], null, owner.ToString()) };

    /// <summary>As a batch leaves it whose first mail was minted anew.</summary>
    /// <returns>The mail that was accepted.</returns>
    private static async Task<EmailId> ShareWithClosedKeyAsync(RetentionScene scene)
    {
        var ids = EmailId.Mint(scene.Clock.GetUtcNow(), 2);
        var (owner, sharer) = (ids[0], ids[1]);
        await scene.Pipeline.Get<ContentBlobs>().UploadAsync($"{owner}/{ContentBlobs.SharedBlobs}0", new byte[10], Cancellation);
        Assert.True(await scene.Pipeline.Ledger.TryInsertVoidAsync(owner, Lane.Bulk, scene.Clock.GetUtcNow(), Cancellation));
        Assert.True(await scene.Pipeline.Ledger.TryInsertAsync(Sharing(sharer, owner), Cancellation));
        return sharer;
    }
}
