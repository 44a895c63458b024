using Azure;
using Azure.Storage.Queues;

namespace MailFunctions.LocalHost.Queues;

/// <summary>The queue of messages that failed too often or cannot be read; created for the first one.</summary>
internal sealed class PoisonQueue(QueueClient client)
{
    private const string Suffix = "-poison";
    private const int LongestName = 63;

    public string Name => client.Name;

    /// <returns>Null for a queue that is itself a poison queue, or whose name leaves no room for the suffix.</returns>
    public static PoisonQueue? Of(QueueServiceClient service, string queue) =>
        queue.EndsWith(Suffix, StringComparison.Ordinal) || queue.Length + Suffix.Length > LongestName
            ? null
            : new PoisonQueue(service.GetQueueClient(queue + Suffix));

    /// <param name="body">The body as it came from the queue, not decoded.</param>
    public async Task SendAsync(string body)
    {
        try
        {
            await client.SendMessageAsync(body, CancellationToken.None);
        }
        catch (RequestFailedException missing) when (missing.IsMissingQueue())
        {
            await client.CreateIfNotExistsAsync(cancellationToken: CancellationToken.None);
            await client.SendMessageAsync(body, CancellationToken.None);
        }
    }
}
