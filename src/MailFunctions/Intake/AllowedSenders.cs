using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Intake;

/// <summary>The allowed senders; none when nothing is configured.</summary>
internal sealed class AllowedSenders(AddressList list, SigningDomains signing)
{
    public bool Allows(EmailAddress sender) => list.Contains(sender.Mailbox);

    /// <summary>True if mail from the sender is refused because it would go unsigned.</summary>
    public bool LacksKey(EmailAddress sender) => signing.Refuses(sender.Domain);

    /// <param name="entries">In the form that <see cref="AddressList.TryParse"/> takes.</param>
    /// <param name="faults">One sentence for each invalid entry.</param>
    /// <param name="signing">Null if mail may go unsigned.</param>
    public static bool TryParse(
        IEnumerable<string> entries, [NotNullWhen(true)] out AllowedSenders? senders, out IReadOnlyList<string> faults, SigningDomains? signing = null)
    {
        senders = AddressList.TryParse(entries, out var list, out faults) ? new AllowedSenders(list, signing ?? SigningDomains.None) : null;
        return senders is not null;
    }
}
