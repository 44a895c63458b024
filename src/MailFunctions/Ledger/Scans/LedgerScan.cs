using System.Runtime.CompilerServices;
using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>Looks through the ledger, from the newest id to the oldest, in looks as wide as the mail is sparse.</summary>
internal sealed class LedgerScan(LedgerRange ledger, TimeProvider clock)
{
    /// <summary>From <paramref name="end"/>, which is not with them, down to <paramref name="floor"/>, or until the budget is spent.</summary>
    public async IAsyncEnumerable<LedgerScanPage> LookAsync(
        EmailId floor, EmailId end, ScanWidth width, ScanBudget budget, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        while (end > floor && !budget.IsSpent)
        {
            var start = width.StartBefore(end, now, floor);
            var slice = await ledger.ReadAsync(start, end, width.Most, cancellationToken);
            budget.Spend(slice.Read);
            // Where there was too much to be taken in, it is told: whoever goes on later begins narrower.
            (end, width) = slice.Rows is null ? (end, width.Narrower) : (start, width.After(slice.Read));
            yield return new LedgerScanPage(slice.Rows ?? [], slice.Unreadable, end, width);
        }
    }
}

/// <param name="Rows">The mails that were found, the highest id first.</param>
/// <param name="Unreadable">Rows in between that this version of the app cannot read.</param>
/// <param name="Start">All from here on has been looked through.</param>
/// <param name="Width">Of the next look.</param>
internal sealed record LedgerScanPage(IReadOnlyList<LedgerRow> Rows, int Unreadable, EmailId Start, ScanWidth Width);
