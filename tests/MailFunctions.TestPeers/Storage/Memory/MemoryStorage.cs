using System.Globalization;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>
/// A storage account in memory: tables, queues and blobs with the operations that this project uses, and with the rules and
/// limits that Azure's REST reference names for them. Signatures are not checked.
/// </summary>
/// <param name="clock">The service's own time: it stamps entities, hides messages, and is in every Date header.</param>
/// <remarks>Thread safe: requests are carried out one at a time.</remarks>
public sealed class MemoryStorage(TimeProvider clock)
{
    /// <summary>A connection string of the account. The key is only for the form: nothing checks it.</summary>
    public const string ConnectionString = "DefaultEndpointsProtocol=https;AccountName=memory;AccountKey=bWVtb3J5;EndpointSuffix=core.windows.net";

    /// <summary>Another, by which clients need not sign each request.</summary>
    public const string UnsignedConnectionString = "BlobEndpoint=https://memory.blob.core.windows.net;QueueEndpoint=https://memory.queue.core.windows.net;TableEndpoint=https://memory.table.core.windows.net;SharedAccessSignature=sv=2026-06-06&sig=none";

    private readonly Lock _one = new();
    private readonly TableService _tables = new(clock);
    private readonly QueueService _queues = new(clock);
    private readonly BlobService _blobs = new(clock);

    /// <summary>Carries out one request.</summary>
    public StorageReply Perform(StorageCall call)
    {
        lock (_one)
        {
            StorageReply reply;
            try
            {
                reply = call.Service switch
                {
                    StorageService.Table => _tables.Perform(call),
                    StorageService.Queue => _queues.Perform(call),
                    _ => _blobs.Perform(call),
                };
            }
            catch (StorageRefusal refusal)
            {
                // An answer to HEAD has no body, and so no type of one.
                reply = call.Method == "HEAD" ? new StorageReply(refusal.Status, refusal.Code).With("x-ms-error-code", refusal.Code) : StorageReply.OfError(call.Service, refusal);
            }

            return Stamp(reply);
        }
    }

    /// <summary>The entities of a table, or of one partition of it, as they stand.</summary>
    /// <param name="which">Selects among them by their values; null for all.</param>
    public IReadOnlyList<Dictionary<string, object>> Entities(string table, string? partitionKey = null, Func<Func<string, object?>, bool>? which = null)
    {
        lock (_one)
            return [.. _tables.Entities(table, partitionKey).Where(entity => which is null || which(name => entity.Value(name)?.Value)).Select(entity => entity.ToValues())];
    }

    /// <summary>Whether some entity passes a test, which gets its values by their names.</summary>
    public bool Any(string table, Func<Func<string, object?>, bool> test)
    {
        lock (_one)
            return _tables.Entities(table, null).Any(entity => test(name => entity.Value(name)?.Value));
    }

    /// <summary>The names of a container's blobs.</summary>
    public IReadOnlyList<string> Blobs(string container)
    {
        lock (_one)
            return _blobs.Names(container);
    }

    /// <summary>An entity, as it stands; null when there is none.</summary>
    public Dictionary<string, object>? Find(string table, string partitionKey, string rowKey)
    {
        lock (_one)
            return _tables.Find(table, partitionKey, rowKey)?.ToValues();
    }

    /// <summary>A value of an entity, as it stands; null when there is none.</summary>
    public object? Value(string table, string partitionKey, string rowKey, string property)
    {
        lock (_one)
            return _tables.Find(table, partitionKey, rowKey)?.Value(property)?.Value;
    }

    /// <summary>Whether a message of a queue is shown now.</summary>
    public bool Shows(string queue)
    {
        lock (_one)
            return _queues.Shows(queue);
    }

    /// <summary>The texts of a queue's messages, shown or hidden; empty when there is no such queue.</summary>
    public IReadOnlyList<string> Messages(string queue)
    {
        lock (_one)
            return _queues.Texts(queue);
    }

    /// <summary>An answer of the service that carries out nothing, for example 503 <c>ServerBusy</c>.</summary>
    public StorageReply Refuse(StorageCall call, int status, string code) =>
        Stamp(StorageReply.OfError(call.Service, new StorageRefusal(status, code, "The request was refused.")));

    private StorageReply Stamp(StorageReply reply) => reply
        .With("Date", clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture))
        .With("x-ms-version", "2026-06-06");
}
