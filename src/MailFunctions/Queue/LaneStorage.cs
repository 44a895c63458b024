using Azure.Storage.Queues;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Queue;

/// <summary>Maps a lane to its queue.</summary>
internal static class LaneStorage
{
    public static string QueueName(this Lane lane) => lane == Lane.Bulk ? StorageNames.BulkQueue : StorageNames.TransactionalQueue;

    public static QueueClient Queue(this StorageClients storage, Lane lane) => storage.Queue(lane.QueueName());
}
