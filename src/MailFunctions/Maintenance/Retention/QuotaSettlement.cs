using MailFunctions.Keys.Quotas;
using MailFunctions.Ledger;
using MailFunctions.Mail;

namespace MailFunctions.Maintenance.Retention;

/// <summary>
/// Settles the leases of processes that were killed: what they used of a day's quota is counted in the ledger, and the rest
/// is free again. A lease that lives is renewed or given back by its holder long before.
/// </summary>
internal sealed class QuotaSettlement(QuotaTable table, LedgerRange ledger, TimeProvider clock)
{
    /// <summary>The most mails that are counted for a lease; beyond it the share stays counted as used until the end of the day.</summary>
    private const int MostMails = 50_000;

    /// <summary>A margin for the clock of the process, which wrote the time of the report and minted the ids since.</summary>
    private static readonly TimeSpan ClocksApart = TimeSpan.FromSeconds(5);

    /// <returns>The number of leases settled.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var settled = 0;
        var now = clock.GetUtcNow();
        foreach (var scope in await table.ListLapsedAsync(now - WindowUse.SettledAfter, now, cancellationToken))
            settled += await SettleAsync(scope, cancellationToken);
        return settled;
    }

    private async Task<int> SettleAsync(QuotaScope scope, CancellationToken cancellationToken)
    {
        var row = await table.ReadAsync(scope, cancellationToken);
        var now = clock.GetUtcNow();
        var day = row.At(QuotaWindow.Day, now);
        var lapsed = day.Leases.Where(lease => lease.Until + WindowUse.SettledAfter <= now).ToList();
        foreach (var lease in lapsed)
        {
            if (await UsedAsync(scope, lease, cancellationToken) is { } used)
                day = day.Return(lease.Holder, used);
        }

        // A row that was written meanwhile is settled by the next run.
        var settled = row.At(QuotaWindow.Day, now).Leases.Count - day.Leases.Count;
        return settled > 0 && await table.TryWriteAsync(scope, row with { Minute = row.At(QuotaWindow.Minute, now), Day = day }, cancellationToken) ? settled : 0;
    }

    /// <returns>All that the holder has used; null when that cannot be known.</returns>
    private async Task<Volume?> UsedAsync(QuotaScope scope, QuotaLease lease, CancellationToken cancellationToken)
    {
        var (first, end) = (EmailId.FirstFrom(lease.ReportedAt - ClocksApart), EmailId.FirstFrom(clock.GetUtcNow() + ClocksApart));
        var slice = await ledger.ReadChargedAsync(first, end, MostMails, ChargingProcess.TokenOf(lease.Holder), cancellationToken);
        if (slice.Rows is not { } rows || slice.Unreadable > 0)
            return null;

        var since = rows.Select(row => (Row: row, Mark: QuotaMark.Parse(row.Quota)))
            .Where(mail => mail.Mark?.Charge > lease.LastCharge && IsOf(scope, mail.Row))
            .Aggregate(Volume.Zero, (sum, mail) => sum + new Volume(1, mail.Row.Recipients.Count, mail.Mark!.Bytes));
        return Volume.Min(lease.Granted, lease.Used + since);
    }

    private static bool IsOf(QuotaScope scope, LedgerRow row) => scope.Kind switch
    {
        QuotaScopeKind.App => true,
        QuotaScopeKind.SenderDomain => row.SenderDomain == scope.Name,
        _ => row.Key == scope.Name,
    };
}
