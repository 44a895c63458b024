using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>
/// A message that has killed its process too often goes to the poison queue, in two writes of the host; its mail goes on
/// with a fault counted, half a minute later. A message that is on both queues counts once: when it comes again, the mail is
/// not due.
/// </summary>
public sealed class KilledWhileRecordingPoisonTests(AzuriteFixture azurite)
{
    private static readonly Dictionary<string, Func<StorageRequest, bool>> Stops = new()
    {
        ["after the host put it on the poison queue"] = Writes.IsPoisonMessage,
        ["after the message of the single mail"] = request => Writes.IsLaneMessage(request, attempt: 1),
        ["after the fault was counted"] = Writes.IsFirstFault,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("after the host put it on the poison queue")]
    [InlineData("after the message of the single mail")]
    [InlineData("after the fault was counted")]
    public async Task The_mail_of_a_poisoned_message_is_sent_once_with_its_faults_to_be_seen(string point)
    {
        const int faults = 1;
        await using var scene = await CrashScene.CreateAsync(azurite, TestSettings.PatientLease);
        string id;
        await using (var pipeline = await scene.PrepareAsync())
            id = (await pipeline.SubmitAsync(TestApp.Mail(), Cancellation)).ToString();
        await PoisonedMessage.MakeAsync(scene);

        scene.StopAfter(Stops[point]);
        await scene.LaunchIntoStopAsync();
        await scene.LaunchAsync();
        var hidden = await UntilItWaitsAsync(scene, id, faults);
        await scene.MakeDueAsync(id);
        await new LaneQueues(scene.Behind).PutAsync(Lane.Transactional, [new NamedAttempt(EmailId.Parse(id), 1)], TimeSpan.Zero, Cancellation);
        await scene.UntilQuietAsync([id], leftOver: hidden);

        var aftermath = await scene.AftermathAsync(id);
        aftermath.Require("sent", received: 1, attempts: 1, uncertain: 0);
        Assert.True(aftermath.Faults == faults, aftermath.Told);
        await scene.RequireStatisticsAsync(id);
    }

    /// <returns>How many messages are hidden until the mail is due: without one it would be lost.</returns>
    private static async Task<int> UntilItWaitsAsync(CrashScene scene, string id, int faults)
    {
        var hidden = 0;
        await Eventually.NothingIsMissingAsync(
            async () =>
            {
                var row = (await scene.Ledger.ReadAsync(EmailId.Parse(id), Cancellation))!;
                var poison = await scene.CountMessagesAsync(StorageNames.TransactionalQueue + StorageNames.PoisonSuffix);
                hidden = await scene.CountMessagesAsync(StorageNames.TransactionalQueue);
                return row.State == EmailState.Deferred && row.Faults == faults && poison == 0 && hidden > 0
                    ? null
                    : $"the mail is {row.State.Name()} with {row.Faults} faults, {poison} messages are on the poison queue, {hidden} on the lane.";
            },
            () => Task.FromResult(scene.Said()));
        return hidden;
    }
}
