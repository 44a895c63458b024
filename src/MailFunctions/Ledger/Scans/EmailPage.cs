using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>One page of mails.</summary>
/// <param name="After">The cursor of the next page; null if there is none.</param>
internal sealed record EmailPage(IReadOnlyList<LedgerRow> Rows, string? After)
{
    public EmailListAnswer ToAnswer() => new([.. Rows.Select(ToAnswer)], After);

    private static ListedEmail ToAnswer(LedgerRow row) => new(
        row.Id.ToString(),
        row.State.Name(),
        row.Lane.Name(),
        row.Sender,
        row.Subject,
        row.Recipients.Count,
        row.AcceptedAt,
        row.ScheduledAt,
        row.State.IsOpen() ? row.DueAt : null,
        row.EndedAt,
        [.. row.Tags.Select(tag => new EmailTag(tag.Name, tag.Value))],
        row.Batch?.ToString(),
        row.Attempt,
        row.Relay,
        row.Faults,
        row.Reason);
}
