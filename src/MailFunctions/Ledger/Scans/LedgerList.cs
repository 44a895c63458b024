using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>Lists mails by scanning the ledger, from the newest id to the oldest.</summary>
internal sealed class LedgerList(LedgerScan scan, BatchIndex batches, TimeProvider clock)
{
    /// <summary>An id above all others: an id may be slightly ahead of this machine's clock.</summary>
    private static readonly EmailId NoEnd = EmailId.FirstFrom(DateTimeOffset.MaxValue);

    public async Task<EmailPage> ReadAsync(EmailListQuery query, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var from = query.From ?? query.AfterScan?.From ?? (query.To ?? now) - EmailListQuery.DefaultLength;
        var (floor, end) = await BoundsAsync(query, from, cancellationToken);
        var width = query.AfterScan?.Width ?? ScanWidth.First;
        var budget = new ScanBudget(clock);
        var found = new List<LedgerRow>(query.Limit);
        await foreach (var look in scan.LookAsync(floor, end, width, budget, cancellationToken))
        {
            foreach (var row in look.Rows.Where(query.Matches))
            {
                if (found.Count == query.Limit)
                    return Page(found[^1].Id);
                found.Add(row);
            }

            (end, width) = (look.Start, look.Width);
            if (found.Count == query.Limit)
                break;
        }

        return Page(end);

        EmailPage Page(EmailId before) => new(found, before > floor ? new ScanCursor(before, from, width).ToString() : null);
    }

    /// <summary>The ids to scan: from the first up to, not including, the second.</summary>
    private async Task<(EmailId Floor, EmailId End)> BoundsAsync(EmailListQuery query, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var floor = EmailId.FirstFrom(from);
        var end = query.To is { } to ? EmailId.FirstFrom(to) : NoEnd;
        if (query.AfterScan is { } after && after.Before < end)
            end = after.Before;
        if (query.Batch is not { } batch)
            return (floor, end);

        // The batch's row names its mails. If a crash left no row, the mails are no older than the batch.
        var ids = (await batches.ReadAsync(batch, cancellationToken))?.Emails ?? [];
        var first = EmailId.FirstFrom((ids.Count > 0 ? ids.Min() : batch).MintedAt);
        if (query.From is null || first > floor)
            floor = first;
        if (ids.Count > 0 && EmailId.FirstFrom(ids.Max().MintedAt.AddMilliseconds(1)) is var last && last < end)
            end = last;
        return (floor, end);
    }
}
