using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Triggers;

public sealed class DeliverBulk(Deliverer deliverer)
{
    [Function(nameof(DeliverBulk))]
    public Task RunAsync(
        [QueueTrigger(StorageNames.BulkQueue)] QueueMessage message,
        CancellationToken cancellationToken) =>
        deliverer.DeliverAsync(Lane.Bulk, message, cancellationToken);
}
