using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using MailFunctions.LocalHost.Hosting;

namespace MailFunctions.LocalHost.Queues;

/// <summary>Fetches messages of one queue for one function, at the pace of the Functions host.</summary>
internal sealed class QueueListener(
    QueueClient queue, MessageRun run, QueueSettings settings, TimeSpan invisibility, TimeProvider clock, ILogger log) : BackgroundService
{
    private readonly PollingBackOff _backOff = new(settings.MaxPollingInterval, Random.Shared.NextDouble);
    private readonly List<Task> _running = [];
    private bool _reachable = true;
    private bool _exists;

    public static QueueListener Create(
        IServiceProvider services, Function function, FunctionTrigger.Queue trigger, QueueSettings settings, TimeSpan invisibility)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        var name = SettingReference.Resolve(trigger.Name, configuration, function.Name);
        var service = QueueConnection.Open(configuration, trigger.Connection);
        var queue = service.GetQueueClient(name);
        var clock = services.GetRequiredService<TimeProvider>();
        var log = services.GetRequiredService<ILogger<QueueListener>>();
        var run = new MessageRun(
            function, services.GetRequiredService<FunctionInvoker>(), queue, PoisonQueue.Of(service, name), settings, invisibility, clock, log);
        return new QueueListener(queue, run, settings, invisibility, clock, log);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var found = false;
        try
        {
            while (true)
            {
                stoppingToken.ThrowIfCancellationRequested();
                var batch = await FetchAsync(stoppingToken);
                foreach (var message in batch)
                    _running.Add(Task.Run(() => run.RunAsync(message, stoppingToken), CancellationToken.None));

                if (batch.Length > 0)
                {
                    found = true;
                    await WaitForNewBatchThresholdAsync(stoppingToken);
                }
                else
                {
                    await Task.Delay(_backOff.Next(found), clock, stoppingToken);
                    found = false;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The drain: messages that were fetched are processed to the end.
            await Task.WhenAll(_running);
        }
    }

    private async Task WaitForNewBatchThresholdAsync(CancellationToken stoppingToken)
    {
        _running.RemoveAll(task => task.IsCompleted);
        while (_running.Count > settings.NewBatchThreshold)
        {
            await Task.WhenAny(_running).WaitAsync(stoppingToken);
            _running.RemoveAll(task => task.IsCompleted);
        }
    }

    /// <returns>Empty when the queue is empty or cannot be read: an outage is waited out.</returns>
    private async Task<QueueMessage[]> FetchAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (!_exists)
            {
                await queue.CreateIfNotExistsAsync(cancellationToken: stoppingToken);
                _exists = true;
            }

            var batch = await queue.ReceiveMessagesAsync(settings.BatchSize, invisibility, stoppingToken);
            if (!_reachable)
                Log.QueueReachable(log, queue.Name);
            _reachable = true;
            return batch.Value;
        }
        catch (RequestFailedException missing) when (missing.IsMissingQueue())
        {
            _exists = false;
            return [];
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            if (_reachable)
                Log.QueueUnreachable(log, queue.Name, exception);
            _reachable = false;
            return [];
        }
    }
}
