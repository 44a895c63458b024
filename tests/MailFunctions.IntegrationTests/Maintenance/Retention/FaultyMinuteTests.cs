using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>What is wrong with one minute, or with one half of the purge, keeps no other mail.</summary>
public sealed class FaultyMinuteTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_404_from_storage_delays_only_its_minute_which_is_retried_a_day_later()
    {
        var account = azurite.TakeAccount();
        await using var scene = await RetentionScene.StartAsync(account);
        var (faulty, other) = await PutAsync(scene);
        await scene.RunAfterAsync(RetentionScene.ContentIsOver);
        scene.Clock.Advance(RetentionScene.LedgerIsOver);

        await RunAsync(scene, account, request => request.Query.Contains(faulty.PartitionKey, StringComparison.Ordinal) ? StorageFault.RefuseWith(404) : StorageFault.None);

        Assert.NotNull(await scene.FindAsync(faulty));
        Assert.Null(await scene.FindAsync(other));
        await scene.RunAfterAsync(TimeSpan.FromDays(1.5));
        Assert.Null(await scene.FindAsync(faulty));
    }

    [Fact]
    public async Task A_storage_fault_in_a_minute_that_was_remembered_does_not_keep_new_ones()
    {
        var account = azurite.TakeAccount();
        await using var scene = await RetentionScene.StartAsync(account);
        var (remembered, _) = await PutAsync(scene);
        await scene.RunAfterAsync(RetentionScene.ContentIsOver);
        var (fresh, _) = await PutAsync(scene);
        scene.Clock.Advance(RetentionScene.LedgerIsOver);

        await Assert.ThrowsAsync<AggregateException>(() => RunAsync(
            scene, account, request => request.Query.Contains(remembered.PartitionKey, StringComparison.Ordinal) ? StorageFault.RefuseWith(403) : StorageFault.None));

        Assert.NotNull(await scene.FindAsync(remembered));
        Assert.Null(await scene.FindAsync(fresh));
    }

    /// <summary>Two that are over, from two minutes.</summary>
    private static async Task<(EmailId First, EmailId Second)> PutAsync(RetentionScene scene)
    {
        var now = scene.Clock.GetUtcNow();
        EmailId[] ids = [EmailId.Mint(now.AddMinutes(-10))[0], EmailId.Mint(now)[0]];
        await QueuedMails.InsertAsync(scene.Pipeline, Lane.Bulk, ids, Cancellation, (_, row) => row with { State = EmailState.Sent, EndedAt = row.AcceptedAt });
        return (ids[0], ids[1]);
    }

    private static async Task RunAsync(RetentionScene scene, string account, Func<StorageRequest, StorageFault> faults)
    {
        await using var proxy = await StorageProxy.StartAsync(account, Cancellation);
        proxy.Faults = faults;
        await using var pipeline = await TestApp.On(proxy).With(TestSettings.CreateMissing, "false").WithClock(scene.Clock).StartAsync();
        await pipeline.Get<RetentionTimer>().RunAsync(Cancellation);
    }
}
