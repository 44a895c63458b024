using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>What is deleted by a wrong clock is gone: the timer goes by the storage service's from its first decision on.</summary>
public sealed class WrongClockTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_machine_whose_clock_is_more_than_a_month_ahead_purges_nothing_early()
    {
        var account = azurite.TakeAccount();
        await using var scene = await RetentionScene.StartAsync(account);
        var id = await scene.SendAsync(RetentionScene.WithFile());
        await using var ahead = await TestApp.On(account)
            .WithRelay(scene.Relay)
            .With(TestSettings.CreateMissing, "false")
            .WithService(new StorageClock(new MovableClock(TimeSpan.FromDays(40))))
            .StartAsync();
        Assert.False(ahead.Get<StorageClock>().IsObserved);

        await ahead.Get<RetentionTimer>().RunAsync(Cancellation);

        Assert.Null((await scene.FindAsync(id))!.ContentPurgedAt);
        Assert.Single(await scene.BlobsAsync());
        Assert.True(await ahead.Get<Watermarks>().ReadAsync(MailPurge.Watermark, Cancellation) < scene.Clock.GetUtcNow());
    }
}
