using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;

namespace MailFunctions.Intake;

/// <summary>The allowed senders; none when nothing is configured.</summary>
internal sealed class AllowedSenders(AddressList list)
{
    public bool Allows(EmailAddress sender) => list.Contains(sender.Mailbox);

    /// <param name="entries">In the form that <see cref="AddressList.TryParse"/> takes.</param>
    /// <param name="faults">One sentence for each invalid entry.</param>
    public static bool TryParse(IEnumerable<string> entries, [NotNullWhen(true)] out AllowedSenders? senders, out IReadOnlyList<string> faults)
    {
        senders = AddressList.TryParse(entries, out var list, out faults) ? new AllowedSenders(list) : null;
        return senders is not null;
    }
}
