using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Triggers;

public sealed class RecordPoisonBulk(PoisonRecorder recorder)
{
    [Function(nameof(RecordPoisonBulk))]
    public Task RunAsync(
        [QueueTrigger(StorageNames.BulkQueue + StorageNames.PoisonSuffix)] QueueMessage message,
        CancellationToken cancellationToken) =>
        recorder.RecordAsync(Lane.Bulk, message, cancellationToken);
}
