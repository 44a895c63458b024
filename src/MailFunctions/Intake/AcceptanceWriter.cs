using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using MailFunctions.Unsubscription;

namespace MailFunctions.Intake;

/// <summary>
/// Writes mails in the order that makes the accept durable (rule 1): content, queue message, and then the ledger row, which
/// is the commit. A crash before it leaves orphaned blobs, and queue messages without a row, which the workers drop.
/// </summary>
internal sealed class AcceptanceWriter(
    ContentStore contents, LaneQueues queues, ScheduledMessages scheduled, EmailLedger ledger, EarlierTry earlier, UnsubscribeLinks links, LaneLifetimes lifetimes, MailMeters meters, StorageClock clock)
{
    /// <summary>
    /// The most single mails that share a queue message. They are claimed together, and the mails claimed by a worker that is
    /// killed become uncertain.
    /// </summary>
    public const int AloneTogether = 8;

    /// <summary>
    /// The age at which an id is not committed any more, since a worker may be about to close it (rule 1 gives it ten
    /// minutes).
    /// </summary>
    private static readonly TimeSpan MaxIdAge = TimeSpan.FromSeconds(60);

    private const int MaxMintings = 5;

    /// <summary>The number of units of 100 mails that are written at the same time.</summary>
    private const int MaxAtOnce = 4;

    /// <summary>
    /// Accepts the mails of several requests in as few writes as possible. On return, each request has its rows or its
    /// failure.
    /// </summary>
    public async Task WriteAsync(IReadOnlyList<PendingAccept> requests, CancellationToken cancellationToken)
    {
        for (var minting = 1; ; minting++)
        {
            var open = requests.Where(request => request.IsOpen).ToList();
            if (open.Count == 0)
                return;
            if (minting > MaxMintings)
            {
                open.ForEach(request => request.Fail(new TimeoutException("Storage was too slow to accept the mail.")));
                return;
            }

            var places = open.SelectMany(request => request.Open.Select(index => new Place(request, index))).ToList();
            foreach (var (place, id) in places.Zip(EmailId.Mint(clock.GetUtcNow(), places.Count, Neighbours(open, places.Count))))
                place.Request.Ids[place.Index] = id;
            await Task.WhenAll(open.Select(request => request.RecordIdsAsync(cancellationToken)));
            await WriteOnceAsync([.. open.Where(request => request.IsOpen)], cancellationToken);
        }
    }

    /// <summary>
    /// Prepares a request to be written again after a failed write: takes the rows that were committed after all, and closes
    /// the other ids, so that nothing can be committed under them any more.
    /// </summary>
    public async Task ReclaimAsync(PendingAccept request, CancellationToken cancellationToken)
    {
        Place[] minted = [.. request.Open.Where(index => request.Ids[index] != default).Select(index => new Place(request, index))];
        var committed = await earlier.CloseAsync([.. minted.Select(place => request.Ids[place.Index])], cancellationToken);
        foreach (var place in minted)
        {
            if (committed.TryGetValue(request.Ids[place.Index], out var row))
                Take(place, row);
        }
    }

    /// <summary>
    /// Returns the number of mails for one partition. A transaction covers one partition, and the next transaction goes to
    /// another, to spread the writes. Mails that share content stay in one partition, where the purge checks whether it is
    /// still needed.
    /// </summary>
    private static int Neighbours(List<PendingAccept> requests, int mails) =>
        requests.Exists(request => ContentStore.Share([.. request.Open.Select(index => request.Drafts[index].Content)])) ? mails : TableTransactions.MaxOperations;

    private async Task WriteOnceAsync(List<PendingAccept> requests, CancellationToken cancellationToken)
    {
        var mails = new List<(Place Place, LedgerRow Row)>();
        foreach (var request in requests)
        {
            int[] open = [.. request.Open];
            var linked = new List<(EmailId Id, EmailContent Content)>(open.Length);
            foreach (var i in open)
                linked.Add((request.Ids[i], await WithLinkAsync(request.Ids[i], request.Drafts[i], cancellationToken)));
            // Content is shared only among the mails of one request.
            var stored = await contents.SaveAsync(request.Ids[open[0]], linked, cancellationToken);
            mails.AddRange(open.Select((index, i) => (new Place(request, index), RowOf(request, index, stored[i]))));
        }

        var units = mails.Chunk(TableTransactions.MaxOperations);
        var options = new ParallelOptions { MaxDegreeOfParallelism = MaxAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(units, options, async (unit, token) => await WriteUnitAsync(unit, token));
    }

    /// <summary>The content with its unsubscribe link, which names the id.</summary>
    private async ValueTask<EmailContent> WithLinkAsync(EmailId id, EmailDraft draft, CancellationToken cancellationToken) => draft.Unsubscribe is { } wish
        ? draft.Content with { Unsubscribe = await links.OfAsync(new Subscription(draft.Recipients()[0].Mailbox, wish.Topic, id), cancellationToken) }
        : draft.Content;

    /// <summary>Writes the queue messages and soon after the rows, so that a worker with the message finds the row.</summary>
    private async Task WriteUnitAsync((Place Place, LedgerRow Row)[] unit, CancellationToken cancellationToken)
    {
        await WakeAsync(unit, cancellationToken);

        if (clock.GetUtcNow() - unit[0].Row.AcceptedAt >= MaxIdAge)
            return;
        foreach (var mail in unit)
            mail.Place.Request.Progress.BeginCommit();
        await ledger.InsertManyAsync([.. unit.Select(mail => mail.Row)], (index, row) => Take(unit[index].Place, row), cancellationToken);
    }

    /// <summary>Records a committed row.</summary>
    private void Take(Place place, LedgerRow row)
    {
        place.Request.Rows[place.Index] = row;
        meters.Accepted(row.Lane, 1);
    }

    private async Task WakeAsync((Place Place, LedgerRow Row)[] unit, CancellationToken cancellationToken)
    {
        if (unit is [({ Request: { NetHiddenFor: { } hidden } request }, var row)])
        {
            request.Fallback = await queues.PutOneAsync(row.Lane, [NamedAttempt.NextOf(row)], hidden, cancellationToken);
            return;
        }

        await Task.WhenAll(unit.Select(mail => mail.Row).GroupBy(row => (row.Lane, row.DueAt)).SelectMany(wake => wake
            .Chunk(Together(wake.First()))
            .Select(message => WakeAsync(wake.Key.Lane, wake.Key.DueAt, [.. message.Select(NamedAttempt.NextOf)], cancellationToken))));
    }

    private Task WakeAsync(Lane lane, DateTimeOffset? due, NamedAttempt[] mails, CancellationToken cancellationToken) => due is { } at
        ? scheduled.PutAsync(lane, mails, at, cancellationToken)
        : queues.PutAsync(lane, mails, TimeSpan.Zero, cancellationToken);

    /// <summary>Returns the number of mails per queue message; those of a batch are full.</summary>
    private static int Together(LedgerRow row) => row.Batch is null ? AloneTogether : LaneMessage.MaxMails;

    private LedgerRow RowOf(PendingAccept request, int index, StoredContent stored)
    {
        var (id, draft) = (request.Ids[index], request.Drafts[index]);
        var acceptedAt = id.MintedAt;
        var isLater = draft.ScheduledAt > acceptedAt;
        var windowEnd = (isLater ? draft.ScheduledAt!.Value : acceptedAt) + lifetimes.Of(draft.Lane);
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
            Recipients = draft.Recipients(),
            Tags = draft.Tags,
            Topic = draft.Unsubscribe?.Topic,
            Content = stored,
            Batch = request.Batch,
            Key = draft.Key,
            Trace = request.Trace,
            Quota = draft.Quota,
        };
    }

    /// <summary>One draft of one request.</summary>
    private readonly record struct Place(PendingAccept Request, int Index);
}
