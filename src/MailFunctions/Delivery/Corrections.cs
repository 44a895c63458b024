using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Writes what a worker knows of an attempt that was recorded as uncertain while it could not renew its lease (rule 4): the
/// message that wakes the mail, then the ledger row, which commits it, then the event row beside the attempt's own.
/// </summary>
internal sealed class Corrections(
    EmailLedger ledger, EventLog events, HeldIndex held, WakeUps wakeUps, LaneQueues queues, OpenPartitions open, RecipientFeedback feedback, MailMeters meters, ILogger<Corrections> logger)
{
    /// <summary>Corrects the attempt as the other overload does, if another worker has settled it under the claim's key.</summary>
    /// <param name="known">The outcome that the worker could not record.</param>
    public async Task TryCorrectAsync(Outcome known, CancellationToken cancellationToken)
    {
        if (await events.ReadAsync(known.Event.Key, cancellationToken) is { } settled)
            await TryCorrectAsync(known, settled, cancellationToken);
    }

    /// <summary>
    /// Corrects the attempt, unless the worker knows no more, the next attempt has begun, or the mail was ended otherwise.
    /// </summary>
    /// <param name="known">The outcome that the worker could not record.</param>
    /// <param name="standing">The uncertain event that was stored in its place.</param>
    public async Task TryCorrectAsync(Outcome known, EmailEvent standing, CancellationToken cancellationToken)
    {
        var (claimed, e) = known;
        if (!Correction.IsKnown(e, standing))
            return;

        while (await ledger.ReadAsync(claimed.Id, cancellationToken) is { } row)
        {
            if (row.Attempt == e.Attempt && row.LastWorker == claimed.LastWorker && row.Corrected.Contains(e.Attempt))
            {
                // Corrected by this worker, which storage interrupted before the event.
                await events.InsertOrAdoptAsync(Correction.EventOf(row, e), cancellationToken);
                return;
            }

            if (!Correction.IsOpenTo(row, claimed) || await TryWriteAsync(row, Correction.Apply(row, claimed, standing, e), e, cancellationToken))
                return;
        }
    }

    private async Task<bool> TryWriteAsync(LedgerRow row, LedgerRow corrected, EmailEvent e, CancellationToken cancellationToken)
    {
        // 1. a message that leads a worker to the row, should this process die between the row and its event
        PutMessage? message = null;
        if (corrected.DueAt is not null)
        {
            await open.RememberAsync(row.Id.PartitionKey, cancellationToken);
            await (row.State.IsOpen() ? wakeUps.PutAsync(corrected, cancellationToken) : wakeUps.PutHeldBackAsync(corrected, cancellationToken));
        }
        else
        {
            message = await queues.PutOneAsync(row.Lane, [NamedAttempt.RunningOf(row)], TimelyWrite.WakeUpAfter, cancellationToken);
        }

        // Also if it was on hold before: it is now on hold since another moment, which is part of its index key.
        if (corrected.State.AwaitsPerson())
            await held.AddAsync(row.Id, corrected.State, e.At, cancellationToken);

        // 2. the row
        var written = await ledger.TryUpdateAsync(corrected, cancellationToken);

        // 3. the event
        if (written is not null)
        {
            await events.InsertOrAdoptAsync(Correction.EventOf(written, e), cancellationToken);
            if (!row.State.IsFinal() && row.State != written.State && !written.State.IsOpen())
                meters.Ended(written.State, written.Lane);
            await feedback.NoteAsync([written], cancellationToken);
            logger.Corrected(row.Id.ToString(), e.Attempt, row.State.Name(), written.State.Name());
            if (written.DueAt is not null && !row.State.IsOpen())
                await wakeUps.TryPutInTimeAsync(written);
        }

        if (message is { } put)
            await queues.TakeBackAsync(put, cancellationToken);
        return written is not null;
    }
}
