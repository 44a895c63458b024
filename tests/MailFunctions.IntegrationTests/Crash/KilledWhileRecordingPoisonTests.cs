using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Pipeline;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A message that has killed its process too often goes to the poison queue, and its mail goes on with a fault counted.</summary>
public sealed class KilledWhileRecordingPoisonTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Stops = new()
    {
        ["after the message of the single mail"] = request => Writes.IsLaneMessage(request, attempt: 1),
        ["after the fault was counted"] = Writes.IsFirstFault,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Points => [.. Stops.Keys];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task The_mail_of_a_poisoned_message_is_sent_once_with_its_fault_to_be_seen(string point)
    {
        await using var scene = await CrashScene.CreateAsync(azurite);
        string id;
        await using (var pipeline = await scene.PrepareAsync())
            id = (await pipeline.SubmitAsync(PipelineUnderTest.Mail(), Cancellation)).ToString();
        await PoisonedMessage.MakeAsync(scene);

        scene.StopAfter(Stops[point]);
        await scene.LaunchIntoStopAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id]);

        var aftermath = await scene.AftermathAsync(id);
        aftermath.Require("sent", received: 1, attempts: 1, uncertain: 0);
        Assert.True(aftermath.Faults == 1, aftermath.Told);
        await scene.RequireStatisticsAsync(id);
    }
}
