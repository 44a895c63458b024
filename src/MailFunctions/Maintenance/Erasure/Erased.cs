using MailFunctions.Mail;

namespace MailFunctions.Maintenance.Erasure;

/// <summary>Removes a recipient from ledger rows and events. Pure.</summary>
/// <remarks>
/// The domain stays, since the statistics of that minute may be computed again; no mailbox looks like the placeholder. An
/// address is compared in the form of <see cref="MailboxForm.Comparable"/>, so that every spelling of it is found.
/// </remarks>
internal static class Erased
{
    private const string Gone = "(erased)";
    private const string Reason = "Erased via the API.";

    public static bool Names(LedgerRow row, string address) => row.Recipients.Any(recipient => Is(recipient, address));

    /// <summary>True if the row has no other recipient.</summary>
    public static bool NamesOnly(LedgerRow row, string address) => row.Recipients.All(recipient => Is(recipient, address));

    public static LedgerRow Row(LedgerRow row, string address, DateTimeOffset now) => row with
    {
        Recipients = Recipients(row.Recipients, address),
        Subject = "",
        // The reason may quote a relay's reply that contains the address.
        Reason = row.Reason is null ? null : Reason,
        Content = null,
        ContentPurgedAt = row.ContentPurgedAt ?? now,
    };

    public static EmailEvent Event(EmailEvent e, string address) => e with
    {
        Recipients = Recipients(e.Recipients, address),
        Reason = e.Reason is null ? null : Reason,
    };

    private static Recipient[] Recipients(IEnumerable<Recipient> recipients, string address) =>
        [.. recipients.Select(recipient => Is(recipient, address) ? Without(recipient) : WithoutMention(recipient, address))];

    private static bool Is(Recipient recipient, string address) => MailboxForm.Comparable(recipient.Mailbox) == address;

    private static bool Mentions(string text, string address) =>
        text.Contains(address, StringComparison.OrdinalIgnoreCase) || MailboxForm.Fold(text).Contains(address, StringComparison.Ordinal);

    private static Recipient Without(Recipient recipient) => recipient with
    {
        Mailbox = $"{Gone}@{recipient.Domain}",
        Reply = recipient.Reply is { } reply ? reply with { Text = Gone } : null,
    };

    private static Recipient WithoutMention(Recipient recipient, string address) =>
        recipient.Reply is { } reply && Mentions(reply.Text, address)
            ? recipient with { Reply = reply with { Text = Gone } }
            : recipient;
}
