using MailFunctions.Ledger.Scans;

namespace MailFunctions.Api.Held;

/// <param name="Query">The mails that the decision concerns; all are in one state.</param>
/// <param name="DryRun">True unless the caller sets it to false.</param>
internal sealed record BulkDecision(EmailListQuery Query, bool DryRun)
{
    /// <summary>Continues the same decision after an earlier page.</summary>
    /// <param name="after">The cursor that an earlier page returned; its format differs for each kind of list.</param>
    public bool TryGoOn(string after, out BulkDecision next)
    {
        ScanCursor? scan = null;
        HeldCursor? held = null;
        var isRead = Query.AwaitsPerson ? HeldCursor.TryParse(after, out held) : ScanCursor.TryParse(after, out scan);
        next = this with { Query = Query with { AfterScan = scan, AfterHeld = held } };
        return isRead;
    }
}
