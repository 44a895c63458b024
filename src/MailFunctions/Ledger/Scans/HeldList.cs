using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>Lists the mails on hold through their index: whatever their age, and without a scan.</summary>
internal sealed class HeldList(HeldMails held, TimeProvider clock)
{
    public async Task<EmailPage> ReadAsync(EmailListQuery query, CancellationToken cancellationToken)
    {
        var budget = new ScanBudget(clock);
        var found = new List<LedgerRow>(query.Limit);
        var after = query.AfterHeld;
        await foreach (var (entry, row) in held.WalkAsync([.. query.States], after?.Key, cancellationToken))
        {
            var fits = row is not null && query.Matches(row);
            if (budget.IsSpent || (fits && found.Count == query.Limit))
                return new EmailPage(found, after?.ToString());
            if (fits)
                found.Add(row!);
            budget.Spend(1);
            after = new HeldCursor(entry.RowKey);
        }

        return new EmailPage(found, null);
    }
}
