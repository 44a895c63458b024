using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Recovery;

namespace MailFunctions.Maintenance.Retention;

/// <summary>Purges one minute of the ledger, in an order in which a crash leaves nothing that a later run cannot find.</summary>
internal sealed class MinutePurge(LedgerPartition partitions, EmailLedger ledger, EventLog events, BatchIndex batches, ContentPurge contents, OpenMailRecovery recovery, TimeProvider clock)
{
    private const int ParallelShards = 4;

    /// <summary>The time until the next look at a row that this version cannot read; it stays until another version can.</summary>
    private static readonly TimeSpan UntilReadable = TimeSpan.FromDays(30);

    /// <returns>Null if the budget ended before the last shard.</returns>
    public async Task<Visit?> VisitAsync(DateTimeOffset minute, RetentionRules rules, PurgeReport report, RunBudget budget, CancellationToken cancellationToken)
    {
        var visits = new List<DateTimeOffset?>();
        foreach (var shards in MinutePartition.KeysOf(minute).Chunk(ParallelShards))
        {
            if (budget.IsSpent)
                return null;
            visits.AddRange(await Task.WhenAll(shards.Select(shard => VisitAsync(shard, rules, report, cancellationToken))));
        }

        report.AddMinute();
        return new Visit(visits.Min());
    }

    /// <returns>The time of the partition's next look; null if nothing is left in it.</returns>
    private async Task<DateTimeOffset?> VisitAsync(string partition, RetentionRules rules, PurgeReport report, CancellationToken cancellationToken)
    {
        // 1. judge all rows
        var (rows, unreadable) = await partitions.ReadAsync(partition, cancellationToken);
        var judged = rows.Select(row => (Row: row, Verdict: rules.Of(row))).ToList();
        var going = Those(Disposal.Delete);
        var bare = Those(Disposal.DropContent);
        var lookAgain = judged.Min(one => one.Verdict.LookAgain);

        // 2. blobs, while the rows still name them
        var left = await contents.DeleteAsync([.. going.Where(row => row.ContentPurgedAt is null), .. bare], rows, unreadable > 0, cancellationToken);
        await contents.KeepAliveAsync(judged.Where(one => !one.Row.State.IsFinal()).Select(one => one.Row), cancellationToken);

        // 3. rows record that their content is gone; a row written meanwhile is handled at the next look
        var dropped = await ledger.TryDropContentAsync(bare, clock.GetUtcNow(), cancellationToken);
        if (dropped.Contains(null))
            lookAgain = Earlier(lookAgain, clock.GetUtcNow());

        // 4. events and batches, then the rows that lead to them
        await events.DeleteAsync(going.SelectMany(row => row.Events), cancellationToken);
        var batchesLeft = await DeleteBatchesAsync(going, rows, cancellationToken);
        await ledger.DeleteAsync(going, cancellationToken);

        // 5. shared blobs and batches whose other mails were dropped meanwhile
        await contents.DeleteUnnamedAsync(partition, left, cancellationToken);
        await DeleteEmptyAsync(batchesLeft, cancellationToken);

        // 6. open mail is looked after from here on, whatever its origin
        await recovery.LookAtAsync(partition, rows, unreadable, cancellationToken);

        report.Add(dropped.Count(row => row is not null), going.Count(row => row.State != EmailState.Void));
        return unreadable > 0 ? Earlier(lookAgain, clock.GetUtcNow() + UntilReadable) : lookAgain;

        List<LedgerRow> Those(Disposal disposal) => [.. judged.Where(one => one.Verdict.Disposal == disposal).Select(one => one.Row)];
    }

    /// <summary>Deletes a batch with the last of its mails.</summary>
    /// <returns>The batches that still have mails in other partitions.</returns>
    private async Task<List<Batch>> DeleteBatchesAsync(IReadOnlyCollection<LedgerRow> going, IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var gone = going.Select(row => row.Id).ToHashSet();
        var left = new List<Batch>();
        foreach (var id in going.Select(row => row.Batch).OfType<EmailId>().Distinct())
        {
            if (rows.Any(row => row.Batch == id && !gone.Contains(row.Id)) || await batches.ReadAsync(id, cancellationToken) is not { } batch)
                continue;
            if ((await ledger.ReadManyOrSkipAsync([.. batch.Emails.Where(email => !gone.Contains(email))], cancellationToken)).Count == 0)
                await batches.DeleteAsync(id, cancellationToken);
            else
                left.Add(batch);
        }

        return left;
    }

    /// <summary>Checks batches again. Concurrent purges may each still see the other's mails; the last one removes the batch.</summary>
    private async Task DeleteEmptyAsync(List<Batch> left, CancellationToken cancellationToken)
    {
        foreach (var batch in left)
        {
            if ((await ledger.ReadManyOrSkipAsync([.. batch.Emails], cancellationToken)).Count == 0)
                await batches.DeleteAsync(batch.Id, cancellationToken);
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;
}

/// <param name="LookAgain">Null if nothing is left in the minute.</param>
internal sealed record Visit(DateTimeOffset? LookAgain);
