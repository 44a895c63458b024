using MailFunctions.Ledger.Scans;

namespace MailFunctions.Api.Held;

/// <param name="Query">The mails that the decision is about: of one state.</param>
/// <param name="DryRun">True unless the caller says otherwise.</param>
internal sealed record BulkDecision(EmailListQuery Query, bool DryRun)
{
    /// <summary>The same decision about what comes after.</summary>
    /// <param name="after">What an earlier page gave, in words of its own for each kind of list.</param>
    public bool TryGoOn(string after, out BulkDecision next)
    {
        ScanCursor? scan = null;
        HeldCursor? held = null;
        var isRead = Query.AwaitsPerson ? HeldCursor.TryParse(after, out held) : ScanCursor.TryParse(after, out scan);
        next = this with { Query = Query with { AfterScan = scan, AfterHeld = held } };
        return isRead;
    }
}
