using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>Who may be the sender. Nobody when nothing is configured.</summary>
internal sealed class AllowedSenders(AddressList list)
{
    public bool Allows(EmailAddress sender) => list.Contains(sender.Mailbox);

    /// <param name="entries">As <see cref="AddressList.TryParse"/> takes them.</param>
    /// <param name="faults">One sentence for each entry that is none.</param>
    public static bool TryParse(IEnumerable<string> entries, [NotNullWhen(true)] out AllowedSenders? senders, out IReadOnlyList<string> faults)
    {
        senders = AddressList.TryParse(entries, out var list, out faults) ? new AllowedSenders(list) : null;
        return senders is not null;
    }
}
