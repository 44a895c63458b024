using System.Runtime.ExceptionServices;
using MailFunctions.Idempotency;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Storage;

namespace MailFunctions.Intake;

/// <summary>Makes promises of drafts that survive everything (rule 1): many in as few writes as they fit, each as if it were alone.</summary>
internal sealed class Acceptance(AcceptanceWriter writer, GroupCommit groups, EmailLedger ledger, BatchIndex batches, StorageClock clock)
{
    /// <summary>Accepts an email that came alone.</summary>
    /// <param name="entry">Of the request's idempotency key; null without one.</param>
    /// <returns>The committed row.</returns>
    public async Task<LedgerRow> AcceptAsync(EmailDraft draft, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var request = await BeginAsync([draft], batch: null, entry, cancellationToken);
        // Nobody else's mail is to wait until blobs are written.
        if (ContentStore.IsSmall(draft.Content))
            await groups.WriteAsync(request).WaitAsync(cancellationToken);
        else
            await writer.WriteAsync([request], cancellationToken);
        return RowsOf(request)[0];
    }

    /// <summary>Accepts an email that came alone, is due at once, and that the caller is about to deliver itself.</summary>
    /// <param name="hiddenFor">How long no queue function sees it.</param>
    /// <returns>The committed row, and the queue message that is the safety net; none when an earlier try of the request was accepted.</returns>
    public async Task<(LedgerRow Row, PutMessage? Net)> AcceptPromptAsync(
        EmailDraft draft, IdempotencyEntry? entry, TimeSpan hiddenFor, CancellationToken cancellationToken)
    {
        var request = await BeginAsync([draft], batch: null, entry, cancellationToken, hiddenFor);
        await writer.WriteAsync([request], cancellationToken);
        return (RowsOf(request)[0], request.Net);
    }

    /// <summary>Accepts emails that came together.</summary>
    /// <returns>The committed rows, in the order given.</returns>
    public async Task<(EmailId Batch, LedgerRow[] Rows)> AcceptBatchAsync(
        IReadOnlyList<EmailDraft> drafts, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        await ObserveClockAsync(cancellationToken);
        var batch = entry?.Batch ?? EmailId.Mint(clock.GetUtcNow())[0];
        var request = await BeginAsync(drafts, batch, entry, cancellationToken);
        await writer.WriteAsync([request], cancellationToken);
        var rows = RowsOf(request);
        await batches.WriteAsync(new Batch(batch, [.. rows.Select(row => row.Id)]), cancellationToken);
        return (batch, rows);
    }

    private async Task<PendingAccept> BeginAsync(IReadOnlyList<EmailDraft> drafts, EmailId? batch, IdempotencyEntry? entry, CancellationToken cancellationToken, TimeSpan? netHiddenFor = null)
    {
        await ObserveClockAsync(cancellationToken);
        var request = new PendingAccept(drafts, batch, entry) { NetHiddenFor = netHiddenFor };
        if (entry is { Emails.Count: > 0 })
            await AdoptAsync(entry.Emails, request, cancellationToken);
        return request;
    }

    private static LedgerRow[] RowsOf(PendingAccept request)
    {
        if (request.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return request.Rows!;
    }

    /// <summary>
    /// An earlier try of the same request was lost: what it committed counts. Under its other ids nothing can be committed
    /// any more once they are void.
    /// </summary>
    private async Task AdoptAsync(IReadOnlyList<EmailId> recorded, PendingAccept request, CancellationToken cancellationToken)
    {
        if (recorded.Count != request.Drafts.Count)
            throw new InvalidOperationException("The same request has another number of valid emails than at its first try: the settings were changed in between.");

        var standing = await ledger.ReadManyAsync(recorded, cancellationToken);
        var absent = recorded.Index().Where(entry => !standing.ContainsKey(entry.Item)).ToList();
        var voided = await ledger.TryInsertVoidsAsync([.. absent.Select(entry => (entry.Item, request.Drafts[entry.Index].Lane))], clock.GetUtcNow(), cancellationToken);
        if (voided.Contains(false))
            standing = await ledger.ReadManyAsync(recorded, cancellationToken);

        foreach (var (i, id) in recorded.Index())
        {
            request.Ids[i] = id;
            if (standing.TryGetValue(id, out var row) && row.State != EmailState.Void)
                request.Rows[i] = row;
        }
    }

    /// <summary>Ids and leases are told by the storage service's clock, so it has to be known before the first of them.</summary>
    private async Task ObserveClockAsync(CancellationToken cancellationToken)
    {
        if (!clock.IsObserved)
            await ledger.ReadAsync(EmailId.Mint(clock.GetUtcNow())[0], cancellationToken);
    }
}
