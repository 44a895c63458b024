using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Triggers;

public sealed class DeliverTransactional(Deliverer deliverer)
{
    [Function(nameof(DeliverTransactional))]
    public Task RunAsync(
        [QueueTrigger(StorageNames.TransactionalQueue)] QueueMessage message,
        CancellationToken cancellationToken) =>
        deliverer.DeliverAsync(Lane.Transactional, message, cancellationToken);
}
