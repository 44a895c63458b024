using MailFunctions.Delivery;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Suppression;
using Microsoft.Extensions.Options;

namespace MailFunctions.Api.Held;

/// <summary>
/// Queues mail again that is on hold or ended without being sent, as long as it has content and a recipient to send it to.
/// </summary>
internal sealed class Requeuer(OpenPartitions open, WakeUps wakeUps, AutomaticSuppression suppression, LaneLifetimes lifetimes, IOptions<RetentionOptions> retention, TimeProvider clock)
{
    /// <summary>
    /// The margin before the purge. A run of the purge uses the time at which it began and deletes blobs before it writes
    /// rows; it takes about ten minutes at most. Content due within the margin counts as purged, so that no run meets mail
    /// that has been opened again.
    /// </summary>
    public static readonly TimeSpan BeforePurge = TimeSpan.FromMinutes(20);

    private const string Reason = "Requeued via the API.";

    private static readonly TimeSpan MinimumTime = TimeSpan.FromHours(1);

    /// <summary>Tests for the states from which the API queues mail again.</summary>
    public static bool IsFor(EmailState state) =>
        state is EmailState.Dead or EmailState.Failed or EmailState.Expired or EmailState.Partial;

    /// <summary>Returns the reason why a mail cannot be sent again; null when there is none.</summary>
    /// <param name="rejected">Selects among the rejected recipients; null for all.</param>
    public Requeue? RefusalOf(LedgerRow row, ReplyFilter? rejected)
    {
        if (row.ContentPurgedAt is not null || (row.State.IsFinal() && (row.EndedAt ?? row.AcceptedAt) + retention.Value.Content <= clock.GetUtcNow() + BeforePurge))
            return Requeue.ContentPurged;
        return Reopened(row, rejected).Recipients.Any(recipient => recipient.IsOpen) ? null : Requeue.NoRecipient;
    }

    /// <param name="row">A mail that is on hold, or in a state that <see cref="IsFor"/> accepts.</param>
    /// <param name="rejected">Selects among the rejected recipients; null for all.</param>
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
            WaitingFor = WaitReason.Requeued,
            // The mail's own lifetime may have ended; the operator's decision extends it.
            ExpiresAt = row.ExpiresAt > atLeastUntil ? row.ExpiresAt : atLeastUntil,
        };
        await suppression.LiftAsync(
            queued.Recipients.Where((recipient, i) => recipient.IsOpen && row.Recipients[i].Status == RecipientStatus.Rejected).Select(recipient => recipient.Mailbox), cancellationToken);
        // Open mail older than a day is checked daily; a superfluous entry costs one check.
        if (row.State.IsFinal())
            await open.RememberAsync(row.Id.PartitionKey, cancellationToken);
        return await wakeUps.TryReopenAsync(queued, cancellationToken) ? Requeue.Done : Requeue.Changed;
    }

    /// <summary>Tests for a mail that was queued again via the API and has had no attempt since.</summary>
    public static bool IsTriedAgain(LedgerRow row) =>
        row is { State: EmailState.Queued or EmailState.Deferred, Reason: Reason };

    /// <summary>Puts one more queue message for the mail, which is harmless by rule 3 when there is one already.</summary>
    public Task WakeAsync(LedgerRow row, CancellationToken cancellationToken) =>
        wakeUps.WakeAsync([row], cancellationToken);

    /// <summary>Returns the new lifetime: that of the lane for mail that had all of it and ended, an hour for other mail.</summary>
    private TimeSpan TimeFor(LedgerRow row)
    {
        var window = lifetimes.Of(row.Lane);
        var hadAll = row.NamedEnd is not { } end || end - row.SendableAt >= window;
        return row.State.IsFinal() && hadAll ? window : MinimumTime;
    }

    /// <summary>
    /// Resets the failure count, and opens the recipients that were not sent to: uncertain ones, and the selected rejected
    /// ones.
    /// </summary>
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

/// <summary>The result of queueing a mail again.</summary>
internal enum Requeue
{
    /// <summary>The mail is queued.</summary>
    Done,

    /// <summary>Another writer changed its row first.</summary>
    Changed,

    /// <summary>Its content is purged, or about to be.</summary>
    ContentPurged,

    /// <summary>
    /// No recipient is left to send to: each was sent to, is suppressed, or was rejected by a reply that is not selected.
    /// </summary>
    NoRecipient,
}
