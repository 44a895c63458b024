using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Storage.Queues.Models;
using Microsoft.Azure.Functions.Worker;

namespace MailFunctions.IntegrationTests.LocalHost.Queues;

/// <summary>What a test does when a message reaches its function, and what it saw of it.</summary>
public sealed class MessageCalls
{
    private int _running;
    private int _most;
    private int _ended;

    public ConcurrentQueue<(QueueMessage Message, long At)> Seen { get; } = new();

    /// <summary>How often the function came to its end, well or not.</summary>
    public int Ended => Volatile.Read(ref _ended);

    public int Running => Volatile.Read(ref _running);

    public int MostAtOnce => Volatile.Read(ref _most);

    public Func<QueueMessage, CancellationToken, Task> Body { get; init; } = (_, _) => Task.CompletedTask;

    public async Task RunAsync(QueueMessage message, CancellationToken cancellationToken)
    {
        Seen.Enqueue((message, Stopwatch.GetTimestamp()));
        var running = Interlocked.Increment(ref _running);
        InterlockedMax(running);
        try
        {
            await Body(message, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            Interlocked.Increment(ref _ended);
        }
    }

    private void InterlockedMax(int value)
    {
        var most = Volatile.Read(ref _most);
        while (value > most)
            most = Interlocked.CompareExchange(ref _most, value, most);
    }
}

public sealed class MessageFunction(MessageCalls calls)
{
    [Function("Message")]
    public Task RunAsync([QueueTrigger("%Queue%")] QueueMessage message, CancellationToken cancellationToken) =>
        calls.RunAsync(message, cancellationToken);
}
