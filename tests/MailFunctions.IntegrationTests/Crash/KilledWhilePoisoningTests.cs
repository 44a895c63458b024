using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Pipeline;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>The host moves a poisoned message in two writes: a crash between them leaves it on both queues.</summary>
public sealed class KilledWhilePoisoningTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Between_the_put_and_the_delete_the_mail_is_poisoned_twice_and_sent_once()
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        string id;
        await using (var pipeline = await scene.PrepareAsync())
            id = (await pipeline.SubmitAsync(PipelineUnderTest.Mail(), Cancellation)).ToString();
        await PoisonedMessage.MakeAsync(scene);

        scene.StopAfter(Writes.IsPoisonMessage);
        await scene.LaunchIntoStopAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id]);

        var aftermath = await scene.AftermathAsync(id);
        aftermath.Require("sent", received: 1, attempts: 1, uncertain: 0);
        Assert.True(aftermath.Faults == 2, aftermath.Told);
        await scene.RequireStatisticsAsync(id);
    }
}
