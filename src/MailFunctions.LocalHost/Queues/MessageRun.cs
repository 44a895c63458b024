using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.LocalHost.Hosting;

namespace MailFunctions.LocalHost.Queues;

/// <summary>
/// Processes one message: runs the function on it, then deletes it, makes it visible again, or moves it to the poison queue.
/// </summary>
internal sealed class MessageRun(
    Function function, FunctionInvoker invoker, QueueClient queue, PoisonQueue? poison, QueueSettings settings, TimeSpan invisibility, TimeProvider clock, ILogger log)
{
    /// <summary>Runs and settles a message. Never throws: a message that cannot be settled becomes visible again by itself.</summary>
    public async Task RunAsync(QueueMessage message, CancellationToken stopping)
    {
        try
        {
            if (Decode(message) is not { } readable)
                await RejectAsync(message, message.PopReceipt);
            else if (message.DequeueCount > settings.MaxDequeueCount)
                await RejectAsync(message, message.PopReceipt);
            else
                await InvokeAndSettleAsync(message, readable, stopping);
        }
        catch (RequestFailedException refused) when (refused.IsGoneOrTaken())
        {
            Log.MessageGone(log, queue.Name, message.MessageId);
        }
        catch (Exception exception)
        {
            Log.MessageNotSettled(log, queue.Name, message.MessageId, exception);
        }
    }

    private async Task InvokeAndSettleAsync(QueueMessage message, QueueMessage readable, CancellationToken stopping)
    {
        using var lease = MessageLease.Start(queue, message, invisibility, clock, log);
        var succeeded = await InvokeAsync(readable, stopping);
        var popReceipt = await lease.EndAsync();

        // The stop of the host does not cancel settling: a function that ran is settled.
        if (succeeded)
            await queue.DeleteMessageAsync(message.MessageId, popReceipt, CancellationToken.None);
        else if (message.DequeueCount >= settings.MaxDequeueCount || poison is null)
            await RejectAsync(message, popReceipt);
        else
            await queue.UpdateMessageAsync(message.MessageId, popReceipt, messageText: null, settings.VisibilityTimeout, CancellationToken.None);
    }

    private async Task<bool> InvokeAsync(QueueMessage message, CancellationToken stopping)
    {
        try
        {
            await invoker.InvokeAsync(function, message, routeValues: null, stopping);
            return true;
        }
        catch (Exception exception)
        {
            Log.MessageFailed(log, function.Name, queue.Name, message.MessageId, message.DequeueCount, settings.MaxDequeueCount, exception);
            return false;
        }
    }

    /// <summary>
    /// Sends the message to the poison queue, then deletes it; a crash between the two leaves both. Without a poison
    /// queue it stays hidden, so that it does not fail again at once.
    /// </summary>
    private async Task RejectAsync(QueueMessage message, string popReceipt)
    {
        if (poison is null)
        {
            Log.MessageStaysHidden(log, queue.Name, message.MessageId, message.DequeueCount);
            return;
        }

        Log.MessagePoisoned(log, queue.Name, message.MessageId, poison.Name);
        await poison.SendAsync(message.MessageText);
        await queue.DeleteMessageAsync(message.MessageId, popReceipt, CancellationToken.None);
    }

    /// <returns>Null when the body is not in the encoding of host.json (messageEncoding).</returns>
    private QueueMessage? Decode(QueueMessage message)
    {
        if (!settings.Base64)
            return message;
        try
        {
            var body = BinaryData.FromBytes(Convert.FromBase64String(message.MessageText));
            return QueuesModelFactory.QueueMessage(
                message.MessageId, message.PopReceipt, body, message.DequeueCount, message.NextVisibleOn, message.InsertedOn, message.ExpiresOn);
        }
        catch (FormatException)
        {
            Log.MessageUnreadable(log, queue.Name, message.MessageId);
            return null;
        }
    }
}
