using System.Runtime.CompilerServices;
using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>Scans the ledger from the newest id to the oldest, in looks that are wider where mail is sparse.</summary>
internal sealed class LedgerScan(LedgerRange ledger, TimeProvider clock)
{
    /// <summary>Scans from <paramref name="end"/>, exclusive, down to <paramref name="floor"/>, or until the budget is spent.</summary>
    public async IAsyncEnumerable<LedgerScanPage> LookAsync(
        EmailId floor, EmailId end, ScanWidth width, ScanBudget budget, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        while (end > floor && !budget.IsSpent)
        {
            var start = width.StartBefore(end, now, floor);
            var slice = await ledger.ReadAsync(start, end, width.Most, cancellationToken);
            budget.Spend(slice.Read);
            // A look with too many rows is reported too, so that a scan continued later begins with a narrower one.
            (end, width) = slice.Rows is null ? (end, width.Narrower) : (start, width.After(slice.Read));
            yield return new LedgerScanPage(slice.Rows ?? [], slice.Unreadable, end, width);
        }
    }
}

/// <param name="Rows">The mails found, the highest id first.</param>
/// <param name="Unreadable">Rows in between that this version of the app cannot read.</param>
/// <param name="Start">All ids from this one on have been scanned.</param>
/// <param name="Width">The width of the next look.</param>
internal sealed record LedgerScanPage(IReadOnlyList<LedgerRow> Rows, int Unreadable, EmailId Start, ScanWidth Width);
