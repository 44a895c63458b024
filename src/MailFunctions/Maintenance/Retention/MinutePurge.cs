using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Recovery;

namespace MailFunctions.Maintenance.Retention;

/// <summary>One look at a minute of the ledger: what is due goes, in an order in which a crash leaves nothing that nobody finds.</summary>
internal sealed class MinutePurge(LedgerPartition partitions, EmailLedger ledger, EventLog events, BatchIndex batches, ContentPurge contents, OpenMailRecovery recovery, TimeProvider clock)
{
    private const int ParallelShards = 4;

    /// <summary>A row that this version cannot read stays until another can.</summary>
    private static readonly TimeSpan UntilReadable = TimeSpan.FromDays(30);

    /// <returns>Null when the budget ended before the last shard.</returns>
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

    /// <returns>When the partition has to be looked at again; null when nothing is left in it.</returns>
    private async Task<DateTimeOffset?> VisitAsync(string partition, RetentionRules rules, PurgeReport report, CancellationToken cancellationToken)
    {
        // 1. judge all that is there
        var (rows, unreadable) = await partitions.ReadAsync(partition, cancellationToken);
        var judged = rows.Select(row => (Row: row, Verdict: rules.Of(row))).ToList();
        var going = Those(Disposal.Delete);
        var bare = Those(Disposal.DropContent);
        var lookAgain = judged.Min(one => one.Verdict.LookAgain);

        // 2. blobs, while the rows still name them
        var left = await contents.DeleteAsync([.. going.Where(row => row.ContentPurgedAt is null), .. bare], rows, unreadable > 0, cancellationToken);
        await contents.KeepAliveAsync(judged.Where(one => !one.Row.State.IsFinal()).Select(one => one.Row), cancellationToken);

        // 3. rows whose content is gone say so; whoever wrote one meanwhile is met at the next look
        var dropped = await ledger.TryDropContentAsync(bare, clock.GetUtcNow(), cancellationToken);
        if (dropped.Contains(null))
            lookAgain = Earlier(lookAgain, clock.GetUtcNow());

        // 4. events and batches, then the rows that lead to them
        await events.DeleteAsync(going.SelectMany(row => row.Events), cancellationToken);
        var batchesLeft = await DeleteBatchesAsync(going, rows, cancellationToken);
        await ledger.DeleteAsync(going, cancellationToken);

        // 5. what another dropped the rest of meanwhile
        await contents.DeleteUnnamedAsync(partition, left, cancellationToken);
        await DeleteEmptyAsync(batchesLeft, cancellationToken);

        // 6. mail that is not over is looked after from here on, wherever it comes from
        await recovery.LookAtAsync(partition, rows, unreadable, cancellationToken);

        report.Add(dropped.Count(row => row is not null), going.Count(row => row.State != EmailState.Void));
        return unreadable > 0 ? Earlier(lookAgain, clock.GetUtcNow() + UntilReadable) : lookAgain;

        List<LedgerRow> Those(Disposal disposal) => [.. judged.Where(one => one.Verdict.Disposal == disposal).Select(one => one.Row)];
    }

    /// <summary>A batch goes with the last of its mails.</summary>
    /// <returns>Those that have mails in other partitions still.</returns>
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

    /// <summary>Of several partitions whose last mails go at the same time each saw the other's; whoever deletes last sees none.</summary>
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

/// <param name="LookAgain">Null when nothing is left in the minute.</param>
internal sealed record Visit(DateTimeOffset? LookAgain);
