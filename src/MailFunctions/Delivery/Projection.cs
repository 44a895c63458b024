using MailFunctions.Mail;

namespace MailFunctions.Delivery;

/// <summary>What an event makes of a ledger row. Pure, and the same whoever does it, so a row that was left behind can be brought up to date by anyone.</summary>
internal static class Projection
{
    /// <param name="row">Is <see cref="EmailState.Sending"/>, and its running attempt is the event's.</param>
    public static LedgerRow Apply(LedgerRow row, EmailEvent e) => row with
    {
        State = Transitions.Require(row.State, e.State),
        Recipients = Recipients(row, e),
        Claim = null,
        DueAt = e.NextDue,
        Waits = 0,
        Reason = e.Reason,
        EndedAt = e.State.IsOpen() ? null : e.At,
        Bytes = e.Bytes > 0 ? e.Bytes : row.Bytes,
    };

    /// <summary>The recipients as they are after the event: an uncertain one is open again, held, or counted as sent, by the mail's policy.</summary>
    public static IReadOnlyList<Recipient> Recipients(LedgerRow row, EmailEvent e)
    {
        var news = e.Recipients.ToDictionary(recipient => recipient.Mailbox, StringComparer.Ordinal);
        return
        [
            .. row.Recipients.Select(recipient => news.TryGetValue(recipient.Mailbox, out var heard)
                ? heard with { Kind = recipient.Kind, Status = Effective(heard.Status, row.OnUncertain) }
                : recipient),
        ];
    }

    private static RecipientStatus Effective(RecipientStatus heard, UncertainPolicy policy) => (heard, policy) switch
    {
        (RecipientStatus.Uncertain, UncertainPolicy.Retry) => RecipientStatus.Deferred,
        (RecipientStatus.Uncertain, UncertainPolicy.AssumeSent) => RecipientStatus.Sent,
        _ => heard,
    };
}
