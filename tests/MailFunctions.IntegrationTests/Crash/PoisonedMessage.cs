using Azure.Storage.Queues.Models;
using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>A message that has killed its process as often as the host puts up with.</summary>
internal static class PoisonedMessage
{
    /// <summary>host.json's maxDequeueCount.</summary>
    private const int MaxDequeueCount = 5;

    /// <summary>Takes the one message of the lane as often as the host would, and lets it come back each time.</summary>
    public static async Task MakeAsync(CrashScene scene)
    {
        var queue = scene.Behind.Queue(Lane.Transactional.QueueName());
        for (var i = 0; i < MaxDequeueCount; i++)
        {
            QueueMessage taken = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
            await queue.UpdateMessageAsync(taken.MessageId, taken.PopReceipt, (string?)null, TimeSpan.Zero, TestContext.Current.CancellationToken);
        }
    }
}
