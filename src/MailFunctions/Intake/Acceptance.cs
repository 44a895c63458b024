using MailFunctions.Delivery;
using MailFunctions.Idempotency;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Schedule;
using MailFunctions.Storage;

namespace MailFunctions.Intake;

/// <summary>Makes promises of drafts that survive everything (rule 1): many in as few writes as they fit, each as if it were alone.</summary>
internal sealed class Acceptance(
    ContentStore contents, LaneQueues queues, LaterMail later, EmailLedger ledger, BatchIndex batches, RetrySchedule retry, StorageClock clock)
{
    /// <summary>An older id is not committed: a worker may be about to close it (rule 1 gives it ten minutes).</summary>
    private static readonly TimeSpan MaxIdAge = TimeSpan.FromSeconds(60);

    private const int MaxMintings = 5;

    /// <summary>Accepts emails that came alone.</summary>
    /// <param name="entry">Of the request's idempotency key; null without one.</param>
    /// <returns>The committed rows, in the order given.</returns>
    public Task<LedgerRow[]> AcceptAsync(IReadOnlyList<EmailDraft> drafts, IdempotencyEntry? entry, CancellationToken cancellationToken) =>
        AcceptAsync(drafts, batch: null, entry, cancellationToken);

    /// <summary>Accepts emails that came together.</summary>
    public async Task<(EmailId Batch, LedgerRow[] Rows)> AcceptBatchAsync(
        IReadOnlyList<EmailDraft> drafts, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        await ObserveClockAsync(cancellationToken);
        var batch = entry?.Batch ?? EmailId.Mint(clock.GetUtcNow())[0];
        var rows = await AcceptAsync(drafts, batch, entry, cancellationToken);
        await batches.WriteAsync(new Batch(batch, [.. rows.Select(row => row.Id)]), cancellationToken);
        return (batch, rows);
    }

    private async Task<LedgerRow[]> AcceptAsync(IReadOnlyList<EmailDraft> drafts, EmailId? batch, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        await ObserveClockAsync(cancellationToken);
        var rows = new LedgerRow?[drafts.Count];
        var ids = new EmailId[drafts.Count];
        if (entry is { Emails.Count: > 0 })
            await AdoptAsync(entry.Emails, ids, rows, drafts, cancellationToken);

        for (var minting = 1; ; minting++)
        {
            int[] pending = [.. Enumerable.Range(0, rows.Length).Where(i => rows[i] is null)];
            if (pending.Length == 0)
                return rows!;
            if (minting > MaxMintings)
                throw new TimeoutException("Storage was too slow to accept the mail.");

            foreach (var (i, id) in pending.Zip(EmailId.Mint(clock.GetUtcNow(), pending.Length)))
                ids[i] = id;
            if (entry is not null)
                await entry.RecordAsync(batch, ids, cancellationToken);
            await WriteAsync([.. pending.Select(i => (i, ids[i], drafts[i]))], batch, rows, cancellationToken);
        }
    }

    /// <summary>
    /// An earlier try of the same request was lost: what it committed counts. Under its other ids nothing can be committed
    /// any more once they are void.
    /// </summary>
    private async Task AdoptAsync(IReadOnlyList<EmailId> recorded, EmailId[] ids, LedgerRow?[] rows, IReadOnlyList<EmailDraft> drafts, CancellationToken cancellationToken)
    {
        if (recorded.Count != drafts.Count)
            throw new InvalidOperationException("The same request has another number of valid emails than at its first try: the settings were changed in between.");

        var standing = await ledger.ReadManyAsync(recorded, cancellationToken);
        var absent = recorded.Index().Where(entry => !standing.ContainsKey(entry.Item)).ToList();
        var voided = await ledger.TryInsertVoidsAsync([.. absent.Select(entry => (entry.Item, drafts[entry.Index].Lane))], clock.GetUtcNow(), cancellationToken);
        if (voided.Contains(false))
            standing = await ledger.ReadManyAsync(recorded, cancellationToken);

        foreach (var (i, id) in recorded.Index())
        {
            ids[i] = id;
            if (standing.TryGetValue(id, out var row) && row.State != EmailState.Void)
                rows[i] = row;
        }
    }

    /// <summary>
    /// Content, what wakes it, and then the ledger row, which is the commit. What a crash leaves before it is blobs that
    /// nobody names and queue messages without a row, which the workers drop.
    /// </summary>
    private async Task WriteAsync(
        IReadOnlyList<(int Index, EmailId Id, EmailDraft Draft)> mails, EmailId? batch, LedgerRow?[] rows, CancellationToken cancellationToken)
    {
        var minted = mails[0].Id.MintedAt;
        var contentsOf = await contents.SaveAsync(mails[0].Id, [.. mails.Select(mail => (mail.Id, mail.Draft.Content))], cancellationToken);
        var written = mails.Select((mail, i) => RowOf(mail.Id, mail.Draft, contentsOf[i], batch)).ToList();
        foreach (var wake in written.GroupBy(row => (row.Lane, row.DueAt)))
        {
            NamedAttempt[] attempts = [.. wake.Select(NamedAttempt.NextOf)];
            if (wake.Key.DueAt is { } due)
                await later.PutAsync(wake.Key.Lane, attempts, due, cancellationToken);
            else
                await queues.PutAsync(wake.Key.Lane, attempts, TimeSpan.Zero, cancellationToken);
        }

        foreach (var chunk in written.Index().Chunk(TableTransactions.MaxOperations))
        {
            if (clock.GetUtcNow() - minted >= MaxIdAge)
                return;
            var inserted = await ledger.TryInsertManyAsync([.. chunk.Select(entry => entry.Item)], cancellationToken);
            foreach (var (entry, isIn) in chunk.Zip(inserted))
                rows[mails[entry.Index].Index] = isIn ? entry.Item : null;
        }
    }

    /// <summary>Ids and leases are told by the storage service's clock, so it has to be known before the first of them.</summary>
    private async Task ObserveClockAsync(CancellationToken cancellationToken)
    {
        if (!clock.IsObserved)
            await ledger.ReadAsync(EmailId.Mint(clock.GetUtcNow())[0], cancellationToken);
    }

    private LedgerRow RowOf(EmailId id, EmailDraft draft, StoredContent stored, EmailId? batch)
    {
        var acceptedAt = id.MintedAt;
        var isLater = draft.ScheduledAt > acceptedAt;
        var windowEnd = (isLater ? draft.ScheduledAt!.Value : acceptedAt) + retry.WindowOf(draft.Lane);
        return new LedgerRow
        {
            Id = id,
            State = isLater ? EmailState.Scheduled : EmailState.Queued,
            Lane = draft.Lane,
            Sender = draft.Content.From.Mailbox,
            Subject = draft.Content.Subject,
            AcceptedAt = acceptedAt,
            ScheduledAt = draft.ScheduledAt,
            DueAt = isLater ? draft.ScheduledAt : null,
            NamedEnd = draft.ExpiresAt,
            ExpiresAt = draft.ExpiresAt < windowEnd ? draft.ExpiresAt.Value : windowEnd,
            OnUncertain = draft.OnUncertain ?? (draft.Lane == Lane.Bulk ? UncertainPolicy.Hold : UncertainPolicy.Retry),
            Recipients = Recipients(draft),
            Tags = draft.Tags,
            Content = stored,
            Batch = batch,
        };
    }

    /// <summary>Each mailbox once, as it was named first: the envelope knows no difference between To, Cc and Bcc.</summary>
    private static IReadOnlyList<Recipient> Recipients(EmailDraft draft) =>
    [
        .. Of(draft.Content.To, RecipientKind.To)
            .Concat(Of(draft.Content.Cc, RecipientKind.Cc))
            .Concat(Of(draft.Bcc, RecipientKind.Bcc))
            .DistinctBy(recipient => recipient.Mailbox, StringComparer.OrdinalIgnoreCase),
    ];

    private static IEnumerable<Recipient> Of(IReadOnlyList<EmailAddress> addresses, RecipientKind kind) =>
        addresses.Select(address => new Recipient(address.Mailbox, kind, RecipientStatus.Pending, 0, null));
}
