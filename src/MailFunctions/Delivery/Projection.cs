using MailFunctions.Mail;

namespace MailFunctions.Delivery;

/// <summary>Applies an event to a ledger row. Pure and repeatable, so any worker can bring an outdated row up to date.</summary>
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
        WaitingFor = e.WaitingFor,
        EndedAt = e.State.IsOpen() ? null : e.At,
        Bytes = e.Bytes > 0 ? e.Bytes : row.Bytes,
    };

    /// <summary>The recipients after the event. By the mail's policy an uncertain one is open again, on hold, or counted as sent.</summary>
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
