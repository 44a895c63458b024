using System.Diagnostics;
using System.Runtime.ExceptionServices;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;

namespace MailFunctions.Intake;

/// <summary>Makes promises of drafts that survive everything (rule 1): many in as few writes as they fit, each as if it were alone.</summary>
internal sealed class Acceptance(AcceptanceWriter writer, GroupCommit groups, EmailLedger ledger, BatchIndex batches, MailTraces traces, StorageClock clock)
{
    /// <summary>Accepts an email that came alone.</summary>
    /// <param name="entry">Of the request's idempotency key; null without one.</param>
    /// <returns>The committed row.</returns>
    public Task<LedgerRow> AcceptAsync(EmailDraft draft, IdempotencyEntry? entry, CancellationToken cancellationToken) => traces.AcceptAsync([draft.Lane.QueueName()], async span =>
    {
        await ObserveClockAsync(cancellationToken);
        var request = new PendingAccept([draft], batch: null, entry) { Trace = traces.Current };
        // Nobody else's mail is to wait until blobs are written.
        if (ContentStore.IsSmall(draft.Content))
            await groups.WriteAsync(request).WaitAsync(cancellationToken);
        else
            await writer.WriteAsync([request], cancellationToken);
        return RowOf(request, span);
    });

    /// <summary>Accepts an email that came alone, is due at once, and that the caller is about to deliver itself.</summary>
    /// <param name="hiddenFor">How long no queue function sees it.</param>
    /// <returns>The committed row, and the queue message that is the safety net.</returns>
    public Task<(LedgerRow Row, PutMessage? Fallback)> AcceptInlineAsync(
        EmailDraft draft, IdempotencyEntry? entry, TimeSpan hiddenFor, CancellationToken cancellationToken) => traces.AcceptAsync([draft.Lane.QueueName()], async span =>
    {
        await ObserveClockAsync(cancellationToken);
        var request = new PendingAccept([draft], batch: null, entry) { NetHiddenFor = hiddenFor, Trace = traces.Current };
        await writer.WriteAsync([request], cancellationToken);
        return (RowOf(request, span), request.Fallback);
    });

    /// <summary>Accepts emails that came together.</summary>
    /// <returns>The committed rows, in the order given, those of an earlier try among them.</returns>
    public Task<(EmailId Batch, LedgerRow[] Rows)> AcceptBatchAsync(
        Submission submission, IdempotencyEntry? entry, CancellationToken cancellationToken) => traces.AcceptAsync([.. submission.Drafts.Select(draft => draft.Lane.QueueName())], async _ =>
    {
        await ObserveClockAsync(cancellationToken);
        var batch = entry?.Batch ?? EmailId.Mint(clock.GetUtcNow())[0];
        var request = new PendingAccept(submission.Drafts, batch, entry)
        {
            Earlier = [.. submission.Accepted.Select(accepted => new RecordedEmail(accepted.Key, accepted.Value.Id))],
            Trace = traces.Current,
        };
        await writer.WriteAsync([request], cancellationToken);
        var rows = InOrder(submission, RowsOf(request));
        await batches.WriteAsync(new Batch(batch, [.. rows.Select(row => row.Id)]), cancellationToken);
        return (batch, rows);
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

    /// <summary>What is accepted by now, of this try and of an earlier one, in the order of the request.</summary>
    private static LedgerRow[] InOrder(Submission submission, LedgerRow[] rows) =>
    [
        .. submission.Accepted.Select(entry => (Index: entry.Key, Row: entry.Value))
            .Concat(submission.Drafts.Zip(rows, (draft, row) => (draft.Index, Row: row)))
            .OrderBy(entry => entry.Index)
            .Select(entry => entry.Row),
    ];

    /// <summary>Ids and leases are told by the storage service's clock, so it has to be known before the first of them.</summary>
    private async Task ObserveClockAsync(CancellationToken cancellationToken)
    {
        if (!clock.IsObserved)
            await ledger.ReadAsync(EmailId.Mint(clock.GetUtcNow())[0], cancellationToken);
    }
}
