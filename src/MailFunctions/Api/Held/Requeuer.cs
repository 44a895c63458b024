using MailFunctions.Delivery;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Api.Held;

/// <summary>Has mail tried again that awaits a person, or that ended without being sent: as long as there is something to send, and somebody to send it to.</summary>
internal sealed class Requeuer(
    EmailLedger ledger, OpenPartitions open, LaneQueues queues, LaneLifetimes lifetimes, IOptions<RetentionOptions> retention, TimeProvider clock, ILogger<Requeuer> logger)
{
    /// <summary>
    /// A run of the purge goes by the time at which it began and deletes blobs before it writes rows; it takes about ten
    /// minutes at most. What would be due for it by then counts as purged, so that no run meets mail that has become open.
    /// </summary>
    public static readonly TimeSpan BeforePurge = TimeSpan.FromMinutes(20);

    private const string Reason = "Tried again by call.";

    private static readonly TimeSpan MinimumTime = TimeSpan.FromHours(1);

    /// <summary>The states from which mail is queued again by call.</summary>
    public static bool IsFor(EmailState state) =>
        state is EmailState.Dead or EmailState.Failed or EmailState.Expired or EmailState.Partial;

    /// <summary>What keeps a mail from being tried again; null when nothing does.</summary>
    /// <param name="rejected">Which of its rejected recipients are meant; null: all.</param>
    public Requeue? RefusalOf(LedgerRow row, ReplyFilter? rejected)
    {
        if (row.ContentPurgedAt is not null || (row.State.IsFinal() && (row.EndedAt ?? row.AcceptedAt) + retention.Value.Content <= clock.GetUtcNow() + BeforePurge))
            return Requeue.ContentPurged;
        return Reopened(row, rejected).Recipients.Any(recipient => recipient.IsOpen) ? null : Requeue.NoRecipient;
    }

    /// <param name="row">Awaits a person, or is of a state that <see cref="IsFor"/> names.</param>
    /// <param name="rejected">Which of its rejected recipients are meant; null: all.</param>
    public async Task<Requeue> TryAsync(LedgerRow row, ReplyFilter? rejected, CancellationToken cancellationToken)
    {
        if (RefusalOf(row, rejected) is { } refusal)
            return refusal;

        var now = clock.GetUtcNow();
        var atLeastUntil = now + TimeFor(row);
        var queued = Suppressor.MarkReported(Reopened(row, rejected)).WithEnding(null) with
        {
            State = Transitions.Require(row.State, row.State == EmailState.Uncertain ? EmailState.Deferred : EmailState.Queued),
            DueAt = now,
            EndedAt = null,
            Waits = 0,
            Reason = Reason,
            // Its own time may be over; a person has given it a new one.
            ExpiresAt = row.ExpiresAt > atLeastUntil ? row.ExpiresAt : atLeastUntil,
        };
        // What is open after its day is looked at daily; a row too many costs a look.
        if (row.State.IsFinal())
            await open.RememberAsync(row.Id.PartitionKey, cancellationToken);
        return await TryQueueAsync(queued, cancellationToken) ? Requeue.Done : Requeue.Changed;
    }

    /// <summary>It was tried again by a call, and nothing has become of it since.</summary>
    public static bool IsTriedAgain(LedgerRow row) =>
        row is { State: EmailState.Queued or EmailState.Deferred, Reason: Reason };

    /// <summary>Puts one more message for it: harmless by rule 3 when there is one.</summary>
    public Task WakeAsync(LedgerRow row, CancellationToken cancellationToken) =>
        queues.PutAsync(row.Lane, [NamedAttempt.NextOf(row)], TimeSpan.Zero, cancellationToken);

    /// <summary>
    /// A message first, hidden until the row is surely written, so that no fault leaves open mail without one; then the row;
    /// and then the message is shown. Where that fails, it shows itself a little later.
    /// </summary>
    private async Task<bool> TryQueueAsync(LedgerRow queued, CancellationToken cancellationToken)
    {
        var (message, isWritten) = await TimelyWrite.RunAsync(
            async within =>
            {
                var hidden = await queues.PutOneAsync(queued.Lane, [NamedAttempt.NextOf(queued)], TimelyWrite.WakeUpAfter, within);
                return (hidden, await ledger.TryUpdateAsync(queued, within) is not null);
            },
            clock,
            cancellationToken);
        if (!isWritten)
            return false;

        try
        {
            // A caller who has gone does not make the mail late.
            if (!await queues.ShowAsync(message, CancellationToken.None))
                await WakeAsync(queued, CancellationToken.None);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            logger.WokenLater(queued.Id.ToString(), exception.GetType().Name);
        }

        return true;
    }

    /// <summary>Mail that had all the time of its lane and ended has it once more; what its caller limited gets an hour.</summary>
    private TimeSpan TimeFor(LedgerRow row)
    {
        var window = lifetimes.Of(row.Lane);
        var hadAll = row.NamedEnd is not { } end || end - row.SendableAt >= window;
        return row.State.IsFinal() && hadAll ? window : MinimumTime;
    }

    /// <summary>With its faults forgotten, and with those recipients open that were not sent to: uncertain ones, and the rejected ones that are meant.</summary>
    private static LedgerRow Reopened(LedgerRow row, ReplyFilter? rejected)
    {
        return row with
        {
            Faults = 0,
            LastFaultSource = null,
            Recipients = [.. row.Recipients.Select(recipient => IsMeant(recipient) ? recipient with { Status = RecipientStatus.Deferred } : recipient)],
        };

        bool IsMeant(Recipient recipient) => recipient.Status switch
        {
            RecipientStatus.Uncertain => row.State == EmailState.Uncertain,
            RecipientStatus.Rejected => row.State.IsFinal() && rejected?.Fits(recipient) != false,
            _ => false,
        };
    }
}

/// <summary>What came of the wish to have a mail tried again.</summary>
internal enum Requeue
{
    /// <summary>It is queued.</summary>
    Done,

    /// <summary>Somebody else wrote its row first.</summary>
    Changed,

    /// <summary>What it says is purged, or about to be.</summary>
    ContentPurged,

    /// <summary>Nobody is left whom it could be sent to: sent to, suppressed, or rejected by a reply that is not meant.</summary>
    NoRecipient,
}
