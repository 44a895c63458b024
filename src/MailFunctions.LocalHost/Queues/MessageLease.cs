using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;

namespace MailFunctions.LocalHost.Queues;

/// <summary>Keeps a message hidden while its function runs, and holds the receipt of the latest renewal.</summary>
internal sealed class MessageLease : IDisposable
{
    private readonly QueueClient _queue;
    private readonly QueueMessage _message;
    private readonly TimeSpan _invisibility;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewals;
    private string _popReceipt;

    private MessageLease(QueueClient queue, QueueMessage message, TimeSpan invisibility, TimeProvider clock, ILogger log)
    {
        (_queue, _message, _invisibility, _clock, _log) = (queue, message, invisibility, clock, log);
        _popReceipt = message.PopReceipt;
        _renewals = RenewAsync();
    }

    public static MessageLease Start(QueueClient queue, QueueMessage message, TimeSpan invisibility, TimeProvider clock, ILogger log) =>
        new(queue, message, invisibility, clock, log);

    /// <returns>The receipt with which the message can be settled.</returns>
    public async Task<string> EndAsync()
    {
        await _ended.CancelAsync();
        await _renewals;
        return _popReceipt;
    }

    public void Dispose() => _ended.Dispose();

    private async Task RenewAsync()
    {
        var pause = _invisibility / 2;
        while (true)
        {
            try
            {
                await Task.Delay(pause, _clock, _ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                // Not cancelled by the end: the receipt in its answer is the one that settles the message.
                var renewed = await _queue.UpdateMessageAsync(
                    _message.MessageId, _popReceipt, messageText: null, _invisibility, CancellationToken.None);
                _popReceipt = renewed.Value.PopReceipt;
                pause = _invisibility / 2;
            }
            catch (RequestFailedException refused) when (refused.IsGoneOrTaken())
            {
                Log.MessageGone(_log, _queue.Name, _message.MessageId);
                return;
            }
            catch (Exception exception)
            {
                Log.RenewalFailed(_log, _queue.Name, _message.MessageId, exception);
                pause = _invisibility / 10;
            }
        }
    }
}
