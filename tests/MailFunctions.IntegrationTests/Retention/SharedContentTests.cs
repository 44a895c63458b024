using MailFunctions.Erasure;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Pipeline;
using MailFunctions.Ledger;

namespace MailFunctions.IntegrationTests.Retention;

/// <summary>What mails share goes when the last of them needs it no more, whoever that is, and however many come to that at once.</summary>
public sealed class SharedContentTests(AzuriteFixture azurite)
{
    private const string Address = "ada@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_was_closed_does_not_keep_what_the_others_of_its_batch_say_beyond_its_time()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        await ShareWithClosedKeyAsync(scene);

        await scene.RunAfterAsync(RetentionScene.ContentIsOver);

        Assert.Empty(await scene.BlobsAsync());
    }

    [Fact]
    public async Task A_key_that_was_closed_does_not_keep_what_the_others_of_its_batch_say_from_being_erased()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var sharer = await ShareWithClosedKeyAsync(scene);

        await scene.Pipeline.Get<MailEraser>().TryEraseAsync((await scene.FindAsync(sharer))!, Address, false, Cancellation);

        Assert.Empty(await scene.BlobsAsync());
    }

    /// <summary>As a batch leaves it whose first mail was minted anew.</summary>
    /// <returns>The mail that was accepted.</returns>
    private static async Task<EmailId> ShareWithClosedKeyAsync(RetentionScene scene)
    {
        var ids = EmailId.Mint(scene.Clock.GetUtcNow(), 2);
        var (owner, sharer) = (ids[0], ids[1]);
        await scene.Pipeline.Get<ContentBlobs>().UploadAsync($"{owner}/{ContentBlobs.SharedBlobs}0", new byte[10], Cancellation);
        Assert.True(await scene.Pipeline.Ledger.TryInsertVoidAsync(owner, Lane.Bulk, scene.Clock.GetUtcNow(), Cancellation));
        var row = QueuedMails.Row(sharer, Lane.Bulk) with { State = EmailState.Sent, EndedAt = sharer.MintedAt, Content = new StoredContent([1], null, owner.ToString()) };
        Assert.True(await scene.Pipeline.Ledger.TryInsertAsync(row, Cancellation));
        return sharer;
    }
}
