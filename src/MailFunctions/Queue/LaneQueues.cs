using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Queue;

/// <summary>The queues of the two lanes. Their messages never expire: what is in a queue is the recovery of what a dead instance held.</summary>
internal sealed class LaneQueues(StorageClients storage, MailMeters? meters = null)
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    /// <summary>Azure hides a message for seven days at most.</summary>
    private static readonly TimeSpan MaxHidden = TimeSpan.FromDays(7);

    /// <summary>Puts the attempts in as few messages as they fit, 100 a message.</summary>
    /// <param name="hiddenFor">How long no worker sees them; rounded up to whole seconds, at most 7 days.</param>
    public async Task PutAsync(Lane lane, IReadOnlyCollection<NamedAttempt> mails, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        foreach (var chunk in mails.Chunk(LaneMessage.MaxMails))
            await PutOneAsync(lane, chunk, hiddenFor, cancellationToken);
    }

    /// <summary>Puts the attempts, 100 at most, in one message that the caller can still take back.</summary>
    /// <param name="hiddenFor">As for <see cref="PutAsync"/>.</param>
    public async Task<PutMessage> PutOneAsync(Lane lane, IReadOnlyList<NamedAttempt> mails, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        var queue = storage.Queue(lane);
        var hidden = TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(hiddenFor.TotalSeconds), 0, MaxHidden.TotalSeconds));
        // Repeated by the SDK when its answer is lost: the second message finds the claim or the final state of the first.
        var receipt = (await queue.SendMessageAsync(new LaneMessage(mails).ToBody(), hidden, Never, cancellationToken)).Value;
        meters?.Sent(queue.Name);
        return new PutMessage(lane, receipt.MessageId, receipt.PopReceipt);
    }

    /// <summary>Deletes a message that nobody has taken since it was put; else it is left to whoever has.</summary>
    public Task TakeBackAsync(PutMessage message, CancellationToken cancellationToken) =>
        UnlessTakenAsync(storage.Queue(message.Lane).DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken));

    /// <summary>Shows a hidden message at once, unless somebody has taken it.</summary>
    /// <returns>False when it was taken, or was shown by an earlier try whose answer was lost.</returns>
    public Task<bool> ShowAsync(PutMessage message, CancellationToken cancellationToken) =>
        UnlessTakenAsync(storage.Queue(message.Lane).UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: cancellationToken));

    /// <summary>
    /// Puts a copy in the place of a message of a lane's poison queue, then deletes the message. The copy has a count of
    /// its own, and not the seven days that the host gives.
    /// </summary>
    public async Task<PoisonReceipt> ReplacePoisonAsync(Lane lane, QueueMessage message, BinaryData body, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        var queue = PoisonQueue(lane);
        var copy = (await queue.SendMessageAsync(body, hiddenFor, Never, cancellationToken)).Value;
        await UnlessTakenAsync(queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken));
        return new PoisonReceipt(lane, copy.MessageId, copy.PopReceipt);
    }

    /// <summary>Deletes a copy that <see cref="ReplacePoisonAsync"/> put, unless it has been taken since.</summary>
    public Task DeletePoisonAsync(PoisonReceipt copy, CancellationToken cancellationToken) =>
        UnlessTakenAsync(PoisonQueue(copy.Lane).DeleteMessageAsync(copy.MessageId, copy.PopReceipt, cancellationToken));

    private QueueClient PoisonQueue(Lane lane) => storage.Queue(lane.QueueName() + StorageNames.PoisonSuffix);

    private static async Task<bool> UnlessTakenAsync(Task change)
    {
        try
        {
            await change;
            return true;
        }
        catch (RequestFailedException taken) when (taken.Status is 400 or 404)
        {
            // A receipt that is not the last is 404 on Azure and 400 on Azurite.
            return false;
        }
    }
}

/// <summary>A message as it was put on a lane's queue.</summary>
internal readonly record struct PutMessage(Lane Lane, string MessageId, string PopReceipt);

/// <summary>A copy as it was put on a lane's poison queue.</summary>
internal readonly record struct PoisonReceipt(Lane Lane, string MessageId, string PopReceipt);
