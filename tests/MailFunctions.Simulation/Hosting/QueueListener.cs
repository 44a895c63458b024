using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.Simulation.Scheduling;

namespace MailFunctions.Simulation.Hosting;

/// <summary>
/// The Functions host's listener of one queue in one process, with the numbers of host.json: it takes messages, runs the
/// function on each, then deletes the message, shows it again, or moves it to the poison queue.
/// </summary>
/// <param name="poison">Null for a queue without one: its messages stay hidden.</param>
/// <param name="shows">Whether the queue shows a message: a listener would ask in vain otherwise, which is left out.</param>
/// <param name="fails">Whether the process fails at a message before the function has done anything, as at one that would kill it.</param>
/// <param name="run">The function.</param>
internal sealed class QueueListener(World world, Instance instance, QueueClient queue, QueueClient? poison, Func<bool> shows, Func<QueueMessage, bool> fails, Func<QueueMessage, Task> run)
{
    private const int BatchSize = 16;
    private const int NewBatchThreshold = 8;
    private const int MaxDequeueCount = 5;

    private static readonly TimeSpan Invisibility = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private int _running;
    private TaskCompletionSource _roused = new();

    public bool IsOver => instance.Life.IsOver;

    /// <summary>Lets it look at once: something in the queue has changed, or will show. A host would poll.</summary>
    public void Rouse() => _roused.TrySetResult();

    public async Task ListenAsync()
    {
        while (!instance.Life.IsOver)
        {
            // Before it looks: what shows while the answer is on its way is not missed.
            _roused = new TaskCompletionSource();
            if (_running > NewBatchThreshold || !shows() || await FetchAsync() == 0)
            {
                await _roused.Task;
                // The pause of a host between two polls.
                await world.WaitAsync(LongestPause * world.Chance.NextDouble(), instance.Life);
            }
        }
    }

    private async Task<int> FetchAsync()
    {
        try
        {
            var batch = (await queue.ReceiveMessagesAsync(BatchSize, Invisibility)).Value;
            foreach (var message in batch)
            {
                _running++;
                _ = Task.Run(() => RunAsync(message));
            }

            return batch.Length;
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            world.After(LongestPause, instance.Life, Rouse);
            return 0;
        }
    }

    private async Task RunAsync(QueueMessage message)
    {
        try
        {
            var receipt = new Receipt(message.PopReceipt);
            world.After(Invisibility / 2, instance.Life, () => _ = RenewAsync(message, receipt));
            if (message.DequeueCount > MaxDequeueCount)
            {
                await RejectAsync(message, receipt);
                return;
            }

            var isDone = await TryRunAsync(message);
            receipt.IsOver = true;
            if (isDone)
                await queue.DeleteMessageAsync(message.MessageId, receipt.Text);
            else if (message.DequeueCount == MaxDequeueCount)
                await RejectAsync(message, receipt);
            else
                await queue.UpdateMessageAsync(message.MessageId, receipt.Text, visibilityTimeout: AfterFailure);
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            // The message shows again by itself.
        }
        finally
        {
            _running--;
            Rouse();
        }
    }

    private async Task<bool> TryRunAsync(QueueMessage message)
    {
        try
        {
            if (fails(message))
                return false;
            await run(message);
            return true;
        }
        catch (Exception exception)
        {
            world.Trace.Add(world.Now, instance.Name, "fails at", $"{queue.Name} {message.MessageId}: {exception.GetType().Name}", (int)message.DequeueCount);
            return false;
        }
    }

    private async Task RejectAsync(QueueMessage message, Receipt receipt)
    {
        if (poison is null)
            return;
        await poison.SendMessageAsync(message.MessageText);
        await queue.DeleteMessageAsync(message.MessageId, receipt.Text);
    }

    private async Task RenewAsync(QueueMessage message, Receipt receipt)
    {
        if (receipt.IsOver)
            return;
        try
        {
            receipt.Text = (await queue.UpdateMessageAsync(message.MessageId, receipt.Text, visibilityTimeout: Invisibility)).Value.PopReceipt;
            world.After(Invisibility / 2, instance.Life, () => _ = RenewAsync(message, receipt));
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            world.After(Invisibility / 10, instance.Life, () => _ = RenewAsync(message, receipt));
        }
    }

    private static bool IsOutage(Exception exception) => exception is RequestFailedException or IOException or TaskCanceledException or AggregateException;

    private sealed class Receipt(string text)
    {
        public string Text { get; set; } = text;

        public bool IsOver { get; set; }
    }
}
