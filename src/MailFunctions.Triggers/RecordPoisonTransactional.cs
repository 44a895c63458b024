using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Triggers;

public sealed class RecordPoisonTransactional(PoisonRecorder recorder)
{
    [Function(nameof(RecordPoisonTransactional))]
    public Task RunAsync(
        [QueueTrigger(StorageNames.TransactionalQueue + StorageNames.PoisonSuffix)] QueueMessage message,
        CancellationToken cancellationToken) =>
        recorder.RecordAsync(Lane.Transactional, message, cancellationToken);
}
