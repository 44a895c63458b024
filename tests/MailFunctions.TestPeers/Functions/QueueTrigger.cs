using System.Text.Json;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Google.Protobuf;
using MailFunctions.TestPeers.Functions.Rpc;

namespace MailFunctions.TestPeers.Functions;

/// <summary>
/// Runs one function on the messages of its queue: hidden for ten minutes while it runs, deleted when it succeeded, else
/// hidden for host.json's visibilityTimeout, and at the last try moved to the poison queue, of which a poison queue has none.
/// </summary>
internal sealed class QueueTrigger(FunctionsHost host, HostedFunction function, QueueServiceClient service, HostRules rules)
{
    private const string PoisonSuffix = "-poison";

    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly QueueClient _queue = service.GetQueueClient(function.Queue);
    private readonly List<Task> _running = [];

    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                _running.RemoveAll(task => task.IsCompletedSuccessfully);
                var messages = _running.Count > rules.NewBatchThreshold ? [] : await TakeAsync(stopping);
                _running.AddRange(messages.Select(message => RunAsync(message, stopping)));
                if (messages.Length == 0)
                    await Task.Delay(BetweenLooks, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            await Task.WhenAll(_running);
        }
    }

    private async Task<QueueMessage[]> TakeAsync(CancellationToken stopping)
    {
        try
        {
            return (await _queue.ReceiveMessagesAsync(rules.BatchSize, Hidden, stopping)).Value;
        }
        catch (RequestFailedException missing) when (missing.Status == 404)
        {
            // The app makes its queues.
            return [];
        }
    }

    private async Task RunAsync(QueueMessage message, CancellationToken stopping)
    {
        try
        {
            var worker = await host.WorkerAsync(stopping);
            var ended = await host.InvokeAsync(worker, function, Describe(message));
            if (ended.Succeeded)
                await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, stopping);
            else if (message.DequeueCount < rules.MaxDequeueCount)
                await _queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, (string?)null, rules.VisibilityTimeout, stopping);
            else if (!_queue.Name.EndsWith(PoisonSuffix, StringComparison.Ordinal))
                await PoisonAsync(message, stopping);
        }
        catch (RequestFailedException gone) when (gone.Status is 400 or 404)
        {
            // The function has deleted or replaced it. Azurite answers 400 to a stale pop receipt.
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The test ends.
        }
    }

    private async Task PoisonAsync(QueueMessage message, CancellationToken stopping)
    {
        var poison = service.GetQueueClient(_queue.Name + PoisonSuffix);
        await poison.CreateIfNotExistsAsync(cancellationToken: stopping);
        await poison.SendMessageAsync(message.Body, cancellationToken: stopping);
        await _queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, stopping);
    }

    /// <summary>As the host's queue extension hands on a message that the worker binds by itself.</summary>
    private InvocationRequest Describe(QueueMessage message)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(new
        {
            message.MessageId,
            message.PopReceipt,
            message.MessageText,
            message.DequeueCount,
            message.NextVisibleOn,
            message.InsertedOn,
            message.ExpiresOn,
        });
        var data = new ModelBindingData { Version = "1.0", Source = "AzureStorageQueues", ContentType = "application/json", Content = ByteString.CopyFrom(content) };
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString() };
        request.InputData.Add(new ParameterBinding { Name = function.Parameter, Data = new TypedData { ModelBindingData = data } });
        return request;
    }
}
