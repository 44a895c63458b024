using Azure.Storage.Queues.Models;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Pipeline;
using MailFunctions.Ledger;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A message that has killed its process too often goes to the poison queue, and its mail goes on with a fault counted.</summary>
public sealed class KilledWhileRecordingPoisonTests(AzuriteFixture azurite)
{
    /// <summary>host.json's maxDequeueCount.</summary>
    private const int MaxDequeueCount = 5;

    private static readonly Dictionary<string, Func<StorageRequest, bool>> Stops = new()
    {
        ["after the host put it on the poison queue, before it deletes it from the lane"] = Writes.IsPoisonMessage,
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
        await DieOfItAsync(scene);

        scene.StopAfter(Stops[point]);
        await scene.LaunchIntoStopAsync();
        await scene.LaunchAsync();
        await scene.UntilQuietAsync([id]);

        var aftermath = await scene.AftermathAsync(id);
        aftermath.Require("sent", received: 1, attempts: 1, uncertain: 0);
        Assert.True(aftermath.Faults is 1 or 2, aftermath.Told);
        await scene.RequireStatisticsAsync(id);
    }

    /// <summary>Takes the message as often as the host would before it gives up, and lets it come back each time.</summary>
    private static async Task DieOfItAsync(CrashScene scene)
    {
        var queue = scene.Behind.Queue(StorageNames.QueueOf(Lane.Transactional));
        for (var i = 0; i < MaxDequeueCount; i++)
        {
            QueueMessage taken = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), Cancellation);
            await queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, (string?)null, TimeSpan.Zero, Cancellation);
        }
    }
}
