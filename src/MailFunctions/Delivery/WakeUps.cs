using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Puts mail back into motion (rule 5 of docs/delivery.md): its wake-up, a queue message or a schedule row, is put before the
/// ledger row says so. A crash between the two leaves a wake-up that finds the mail unchanged, never open mail that nothing
/// wakes. A worker decides what an early or second wake-up means (<see cref="Triage"/>).
/// </summary>
/// <remarks>
/// The order has three forms:
/// <list type="number">
/// <item>Mail that is open stays open (<see cref="MoveAsync"/>): the wake-up, then the row.</item>
/// <item>
/// A call opens mail that is on hold or has ended, a correction does, or a call moves mail to an earlier time: a worker would
/// drop an early wake-up, or put it back for the old time. So it is held back, and is shown or put once more after the row.
/// </item>
/// <item>The row says already that the mail is open and due (<see cref="PutAsync(LedgerRow, CancellationToken)"/>, <see cref="WakeAsync"/>): the wake-up alone.</item>
/// </list>
/// Two writers share none of this. The accept has no row to move: it puts messages for the mails of several requests before it
/// inserts their rows (rule 1). What a worker puts in place of a queue message that it works on moves no mail: it is a copy.
/// </remarks>
internal sealed class WakeUps(EmailLedger ledger, ScheduledMessages scheduled, LaneQueues queues, TimeProvider clock, ILogger<WakeUps> logger)
{
    /// <summary>Puts the wake-ups of mails that stay open, each for its due time, then writes all rows. A row without a due time gets none.</summary>
    /// <param name="rows">As they are to be written.</param>
    /// <returns>In the order given; null for a row that was written by others since it was read. Its wake-up leads to another look.</returns>
    public async Task<LedgerRow?[]> MoveAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        await PutAsync(rows.Where(row => row.DueAt is not null), cancellationToken);
        return await ledger.TryUpdateManyAsync(rows, cancellationToken);
    }

    /// <summary>
    /// Opens mail that is on hold or has ended, and that is due at once, for a call. A queue message is hidden until the row is
    /// certainly written, and then shown: one message does, since a hidden message can be shown early. When showing it fails,
    /// it appears by itself a little later.
    /// </summary>
    /// <param name="row">As it is to be written.</param>
    /// <returns>False if others have written the row since it was read.</returns>
    /// <exception cref="TimeoutException">The two writes took too long, and were given up.</exception>
    public async Task<bool> TryReopenAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var (message, isWritten) = await TimelyWrite.RunAsync(
            async within =>
            {
                var hidden = await queues.PutOneAsync(row.Lane, [NamedAttempt.NextOf(row)], TimelyWrite.WakeUpAfter, within);
                return (hidden, await ledger.TryUpdateAsync(row, within) is not null);
            },
            clock,
            cancellationToken);
        if (!isWritten)
            return false;

        // A caller who disconnects must not delay the mail.
        await UnlessStorageFailsAsync(row, async () =>
        {
            if (!await queues.ShowAsync(message, CancellationToken.None))
                await WakeAsync([row], CancellationToken.None);
        });
        return true;
    }

    /// <summary>
    /// Moves open mail to another due time for a call. The first wake-up is for that time, but held back; the second, after the
    /// row, is put if it fits: a schedule row cannot be shown early. Without it the mail is sent minutes late at worst, when the
    /// new time is near.
    /// </summary>
    /// <param name="row">As it is to be written.</param>
    /// <returns>Null if others have written the row since it was read.</returns>
    /// <inheritdoc cref="TryReopenAsync" path="/exception"/>
    public async Task<LedgerRow?> TryRescheduleAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var written = await TimelyWrite.RunAsync(
            async within =>
            {
                await PutHeldBackAsync(row, within);
                return await ledger.TryUpdateAsync(row, within);
            },
            clock,
            cancellationToken);
        if (written is not null)
            await TryPutInTimeAsync(written);
        return written;
    }

    /// <summary>Puts the wake-up of a row that is about to be written, for its due time, but not before the row is certainly written.</summary>
    public Task PutHeldBackAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var surely = clock.GetUtcNow() + TimelyWrite.WakeUpAfter;
        return scheduled.PutAsync(row.Lane, NamedAttempt.NextOf(row), row.DueAt > surely ? row.DueAt.Value : surely, cancellationToken);
    }

    /// <summary>
    /// Puts the second wake-up, for the due time of a row that is written. Neither a storage failure nor a caller who has
    /// disconnected changes what the row has committed.
    /// </summary>
    public Task TryPutInTimeAsync(LedgerRow written) => UnlessStorageFailsAsync(written, () => PutAsync(written, CancellationToken.None));

    /// <summary>
    /// Puts the wake-up that the row calls for: of the next attempt at its due time, or of the running one at the end of its
    /// lease, when that attempt is settled first.
    /// </summary>
    public Task PutAsync(LedgerRow row, CancellationToken cancellationToken) => PutAsync([row], cancellationToken);

    /// <summary>Does the same for many rows: those of one lane that are due together share messages.</summary>
    public async Task PutAsync(IEnumerable<LedgerRow> rows, CancellationToken cancellationToken)
    {
        foreach (var together in rows.GroupBy(row => (row.Lane, Due: DueOf(row))))
            await scheduled.PutAsync(together.Key.Lane, [.. together.Select(NamedAttempt.OfWakeUp)], together.Key.Due ?? clock.GetUtcNow(), cancellationToken);
    }

    /// <summary>Wakes mails at once whose own wake-up may be lost. Harmless by rule 3 when there is one.</summary>
    public async Task WakeAsync(IEnumerable<LedgerRow> rows, CancellationToken cancellationToken)
    {
        foreach (var lane in rows.GroupBy(row => row.Lane))
            await queues.PutAsync(lane.Key, [.. lane.Select(NamedAttempt.OfWakeUp)], TimeSpan.Zero, cancellationToken);
    }

    private static DateTimeOffset? DueOf(LedgerRow row) => row.State == EmailState.Sending ? row.Claim?.LeaseUntil : row.DueAt;

    private async Task UnlessStorageFailsAsync(LedgerRow written, Func<Task> wake)
    {
        try
        {
            await wake();
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            logger.WokenLater(written.Id.ToString(), exception.GetType().Name);
        }
    }
}
