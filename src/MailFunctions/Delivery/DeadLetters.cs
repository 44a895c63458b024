using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using MailFunctions.Storage;

namespace MailFunctions.Delivery;

/// <summary>Queue messages that nobody can read, kept as they came in the table DeadLetters until a person removes them.</summary>
internal sealed class DeadLetters(StorageClients storage, TimeProvider clock)
{
    private readonly TableClient _table = storage.Table(StorageNames.DeadLettersTable);

    public Task KeepAsync(string queue, QueueMessage message, string reason, CancellationToken cancellationToken) =>
        // The key is the message's own, so recording it twice keeps it once.
        _table.UpsertEntityAsync(
            new TableEntity(queue, message.MessageId)
            {
                ["v"] = 1,
                ["kept_at"] = clock.GetUtcNow(),
                ["inserted_on"] = message.InsertedOn ?? clock.GetUtcNow(),
                ["body"] = message.Body.ToArray(),
                ["reason"] = reason,
            },
            TableUpdateMode.Replace,
            cancellationToken);
}
