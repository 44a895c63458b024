using MailFunctions.Ledger;
using MailFunctions.Storage;

namespace MailFunctions.Queue;

/// <summary>The queues of the two lanes. Their messages never expire: what is in a queue is the recovery of what a dead instance held.</summary>
internal sealed class LaneQueues(StorageClients storage)
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    /// <summary>Azure hides a message for seven days at most.</summary>
    private static readonly TimeSpan MaxHidden = TimeSpan.FromDays(7);

    /// <summary>Puts the attempts in as few messages as they fit, 100 a message.</summary>
    /// <param name="hiddenFor">How long no worker sees them; rounded up to whole seconds, at most 7 days.</param>
    public async Task PutAsync(Lane lane, IReadOnlyCollection<NamedAttempt> mails, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        var hidden = TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(hiddenFor.TotalSeconds), 0, MaxHidden.TotalSeconds));
        var queue = storage.Queue(lane);
        foreach (var chunk in mails.Chunk(LaneMessage.MaxMails))
        {
            // Repeated by the SDK when its answer is lost: the second message finds the claim or the final state of the first.
            await queue.SendMessageAsync(new LaneMessage(chunk).ToBody(), hidden, Never, cancellationToken);
        }
    }

    /// <summary>Puts a message anew on a lane's poison queue, as it is, and without the seven days that the host gives it.</summary>
    public async Task PutPoisonBackAsync(Lane lane, BinaryData body, TimeSpan hiddenFor, CancellationToken cancellationToken) =>
        await storage.Queue(lane.QueueName() + StorageNames.PoisonSuffix).SendMessageAsync(body, hiddenFor, Never, cancellationToken);
}
