using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using MailFunctions.Storage;

namespace MailFunctions.Delivery;

/// <summary>Stores unreadable queue messages unchanged in the table DeadLetters until an operator removes them.</summary>
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

    public async Task<IReadOnlyList<DeadLetter>> ReadAsync(int count, CancellationToken cancellationToken)
    {
        await foreach (var page in _table.QueryAsync<TableEntity>(maxPerPage: count, cancellationToken: cancellationToken).AsPages())
            return [.. page.Values.Select(Read)];
        return [];
    }

    /// <param name="queue">Comes from a caller, unchecked.</param>
    /// <param name="id">Comes from a caller, unchecked, like <paramref name="queue"/>.</param>
    /// <returns>False if there was no such row.</returns>
    public async Task<bool> RemoveAsync(string queue, string id, CancellationToken cancellationToken)
    {
        if (!TableKey.IsValid(queue) || !TableKey.IsValid(id))
            return false;
        var response = await _table.DeleteEntityAsync(queue, id, ETag.All, cancellationToken);
        return response.Status != 404;
    }

    private static DeadLetter Read(TableEntity entity) => new(
        entity.PartitionKey,
        entity.RowKey,
        entity.GetDateTimeOffset("kept_at") ?? default,
        entity.GetString("reason") ?? "",
        Encoding.UTF8.GetString(entity.GetBinary("body") ?? []));
}
