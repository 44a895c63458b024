using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Queue;

/// <summary>
/// The queues of the two lanes. Their messages never expire, since work that a dead instance held is recovered from them.
/// </summary>
internal sealed class LaneQueues(StorageClients storage, MailMeters? meters = null)
{
    private static readonly TimeSpan Never = TimeSpan.FromSeconds(-1);

    /// <summary>Azure hides a message for seven days at most.</summary>
    private static readonly TimeSpan MaxHidden = TimeSpan.FromDays(7);

    /// <summary>Puts the attempts in as few messages as possible, 100 a message.</summary>
    /// <param name="hiddenFor">The time for which the messages are hidden; rounded up to whole seconds, at most 7 days.</param>
    public async Task PutAsync(Lane lane, IReadOnlyCollection<NamedAttempt> mails, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        foreach (var chunk in mails.Chunk(LaneMessage.MaxMails))
            await PutOneAsync(lane, chunk, hiddenFor, cancellationToken);
    }

    /// <summary>Puts the attempts, 100 at most, in one message that the caller can still take back.</summary>
    /// <param name="hiddenFor">The same as for <see cref="PutAsync"/>.</param>
    public async Task<PutMessage> PutOneAsync(Lane lane, IReadOnlyList<NamedAttempt> mails, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        var queue = storage.Queue(lane);
        var hidden = TimeSpan.FromSeconds(Math.Clamp(Math.Ceiling(hiddenFor.TotalSeconds), 0, MaxHidden.TotalSeconds));
        // The SDK repeats the request if its answer is lost: the second message finds the claim or the final state of the first.
        var receipt = (await queue.SendMessageAsync(new LaneMessage(mails).ToBody(), hidden, Never, cancellationToken)).Value;
        meters?.Sent(queue.Name);
        return new PutMessage(lane, receipt.MessageId, receipt.PopReceipt);
    }

    /// <summary>Deletes a message that no worker has received since it was put; otherwise the worker keeps it.</summary>
    public Task TakeBackAsync(PutMessage message, CancellationToken cancellationToken) =>
        UnlessTakenAsync(storage.Queue(message.Lane).DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken));

    /// <summary>Shows a hidden message at once, unless a worker has received it.</summary>
    /// <returns>False if it was received, or was shown by an earlier try whose answer was lost.</returns>
    public Task<bool> ShowAsync(PutMessage message, CancellationToken cancellationToken) =>
        UnlessTakenAsync(storage.Queue(message.Lane).UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: TimeSpan.Zero, cancellationToken: cancellationToken));

    /// <summary>
    /// Puts a copy in place of a message of a lane's poison queue, then deletes the message. The copy has its own dequeue
    /// count, and does not expire after the seven days that the host sets.
    /// </summary>
    public async Task<PoisonReceipt> ReplacePoisonAsync(Lane lane, QueueMessage message, BinaryData body, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        var queue = PoisonQueue(lane);
        var copy = (await queue.SendMessageAsync(body, hiddenFor, Never, cancellationToken)).Value;
        await UnlessTakenAsync(queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken));
        return new PoisonReceipt(lane, copy.MessageId, copy.PopReceipt);
    }

    /// <summary>Deletes a copy that <see cref="ReplacePoisonAsync"/> put, unless it has been received since.</summary>
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
            // An outdated receipt is 404 on Azure and 400 on Azurite.
            return false;
        }
    }
}

/// <summary>A message that was put on a lane's queue.</summary>
internal readonly record struct PutMessage(Lane Lane, string MessageId, string PopReceipt);

/// <summary>A copy that was put on a lane's poison queue.</summary>
internal readonly record struct PoisonReceipt(Lane Lane, string MessageId, string PopReceipt);
