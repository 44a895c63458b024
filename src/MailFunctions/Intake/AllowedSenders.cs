using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using MailFunctions.Ledger;

namespace MailFunctions.Intake;

/// <summary>Who may be the sender: addresses, whole domains, or anyone. Nobody when nothing is configured.</summary>
internal sealed class AllowedSenders
{
    private const string Anyone = "*";

    private readonly bool _anyone;
    private readonly FrozenSet<string> _mailboxes;
    private readonly FrozenSet<string> _domains;

    private AllowedSenders(bool anyone, IEnumerable<string> mailboxes, IEnumerable<string> domains)
    {
        _anyone = anyone;

        // A local part may be case-sensitive (RFC 5321 section 2.4); a second person under one's own address is not to be feared.
        _mailboxes = mailboxes.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _domains = domains.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>A domain allows its own addresses, not those of domains below it.</summary>
    public bool Allows(EmailAddress sender) => _anyone || _domains.Contains(sender.Domain) || _mailboxes.Contains(sender.Mailbox);

    /// <param name="entries">Each an address, a domain or <c>*</c>, or several of them separated by commas.</param>
    /// <param name="faults">One sentence for each entry that is none of these, naming it.</param>
    public static bool TryParse(IEnumerable<string> entries, [NotNullWhen(true)] out AllowedSenders? senders, out IReadOnlyList<string> faults)
    {
        var (mailboxes, domains, wrong) = (new List<string>(), new List<string>(), new List<string>());
        var anyone = false;
        foreach (var entry in entries.SelectMany(entry => entry.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (entry == Anyone)
                anyone = true;
            else if (!entry.Contains('@', StringComparison.Ordinal) && MailDomain.TryParse(entry, out var domain, out _))
                domains.Add(domain);
            else if (AddressParser.TryParse(entry, out var address, out _) && address.DisplayName.Length == 0)
                mailboxes.Add(address.Mailbox);
            else
                wrong.Add($"'{entry}' is no address (a@example.com), no domain (example.com), and not *.");
        }

        faults = wrong;
        senders = wrong.Count == 0 ? new AllowedSenders(anyone, mailboxes, domains) : null;
        return senders is not null;
    }
}
