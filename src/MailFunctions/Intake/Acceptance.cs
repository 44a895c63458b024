using System.Diagnostics;
using System.Runtime.ExceptionServices;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Intake;

/// <summary>Accepts drafts durably (rule 1): many in as few writes as possible, each with the same guarantee as if written alone.</summary>
internal sealed class Acceptance(AcceptanceWriter writer, GroupCommit groups, EmailLedger ledger, BatchIndex batches, MailTraces traces, StorageClock clock)
{
    /// <summary>Accepts a single email, unless an earlier try of the request has accepted it.</summary>
    /// <param name="entry">The entry of the request's idempotency key; null without one.</param>
    public async Task<AcceptedMail> AcceptAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken) =>
        new(Batch: null, [submission.Accepted.TryGetValue(0, out var before) ? before : await CommitAsync(submission, entry, cancellationToken)], submission.Faults);

    /// <summary>Accepts a single email that is due at once and that the caller delivers itself.</summary>
    /// <param name="submission">Has one draft.</param>
    /// <param name="hiddenFor">The time for which the queue message stays hidden from the workers.</param>
    /// <returns>The committed row, and the queue message that serves as the fallback.</returns>
    public Task<(LedgerRow Row, PutMessage? Fallback)> AcceptInlineAsync(
        Submission submission, IdempotencyEntry? entry, TimeSpan hiddenFor, CancellationToken cancellationToken) => traces.AcceptAsync([submission.Drafts[0].Lane.QueueName()], async span =>
    {
        await ObserveClockAsync(cancellationToken);
        var request = new PendingAccept(submission.Drafts, batch: null, entry) { NetHiddenFor = hiddenFor, Trace = traces.Current, Progress = submission.Progress };
        await writer.WriteAsync([request], cancellationToken);
        return (RowOf(request, span), request.Fallback);
    });

    /// <summary>Accepts the emails of a batch.</summary>
    public Task<AcceptedMail> AcceptBatchAsync(
        Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken) => traces.AcceptAsync([.. submission.Drafts.Select(draft => draft.Lane.QueueName())], async _ =>
    {
        await ObserveClockAsync(cancellationToken);
        var batch = entry?.Batch ?? EmailId.Mint(clock.GetUtcNow())[0];
        var request = new PendingAccept(submission.Drafts, batch, entry)
        {
            Earlier = [.. submission.Accepted.Select(accepted => new RecordedEmail(accepted.Key, accepted.Value.Id))],
            Trace = traces.Current,
            Progress = submission.Progress,
        };
        await writer.WriteAsync([request], cancellationToken);
        var rows = InOrder(submission, RowsOf(request));
        await batches.WriteAsync(new Batch(batch, [.. rows.Select(row => row.Id)]), cancellationToken);
        return new AcceptedMail(batch, rows, submission.Faults);
    });

    private Task<LedgerRow> CommitAsync(Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken) => traces.AcceptAsync([submission.Drafts[0].Lane.QueueName()], async span =>
    {
        await ObserveClockAsync(cancellationToken);
        var request = new PendingAccept([submission.Drafts[0]], batch: null, entry) { Trace = traces.Current, Progress = submission.Progress };
        // Other mails of a group must not wait while blobs are written.
        if (ContentStore.IsSmall(submission.Drafts[0].Content))
            await groups.WriteAsync(request).WaitAsync(cancellationToken);
        else
            await writer.WriteAsync([request], cancellationToken);
        return RowOf(request, span);
    });

    private static LedgerRow RowOf(PendingAccept request, Activity? span)
    {
        var row = RowsOf(request)[0];
        span?.SetTag(AttributeNames.EmailId, row.Id.ToString());
        return row;
    }

    private static LedgerRow[] RowsOf(PendingAccept request)
    {
        if (request.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return request.Rows!;
    }

    /// <summary>Merges the rows of this try and of an earlier one, in the order of the request.</summary>
    private static LedgerRow[] InOrder(Submission submission, LedgerRow[] rows) =>
    [
        .. submission.Accepted.Select(entry => (Index: entry.Key, Row: entry.Value))
            .Concat(submission.Drafts.Zip(rows, (draft, row) => (draft.Index, Row: row)))
            .OrderBy(entry => entry.Index)
            .Select(entry => entry.Row),
    ];

    /// <summary>
    /// Reads storage once if its clock is still unknown: ids and leases are measured by the clock of the storage service.
    /// </summary>
    private async Task ObserveClockAsync(CancellationToken cancellationToken)
    {
        if (!clock.IsObserved)
            await ledger.ReadAsync(EmailId.Mint(clock.GetUtcNow())[0], cancellationToken);
    }
}
