using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Mail;

/// <summary>Addresses as settings list them: one by one, by whole domains, or all. None when nothing is configured.</summary>
internal sealed class AddressList
{
    private const string Anyone = "*";

    private readonly bool _anyone;
    private readonly FrozenSet<string> _mailboxes;
    private readonly FrozenSet<string> _domains;

    private AddressList(bool anyone, IEnumerable<string> mailboxes, IEnumerable<string> domains)
    {
        _anyone = anyone;

        // A local part may be case-sensitive (RFC 5321 section 2.4); a second person under one's own address is not to be feared.
        _mailboxes = mailboxes.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _domains = domains.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// A domain stands for its own addresses, not for those of domains below it. Local parts are compared in NFC and without
    /// case, and no further: who is allowed something is not somebody who only looks alike.
    /// </summary>
    /// <param name="mailbox">With the domain in lower-case ASCII.</param>
    public bool Contains(string mailbox) =>
        _anyone || _domains.Contains(mailbox[(mailbox.LastIndexOf('@') + 1)..]) || _mailboxes.Contains(MailboxForm.Canonical(mailbox));

    /// <summary>The entries of a setting: one for each, or all in one with commas; both are how people write it.</summary>
    public static IEnumerable<string> EntriesOf(IConfigurationSection setting) =>
        setting.GetChildren().Select(child => child.Value).Prepend(setting.Value).OfType<string>();

    /// <param name="entries">Each an address, a domain or <c>*</c>, or several of them separated by commas.</param>
    /// <param name="faults">One sentence for each entry that is none of these, naming it.</param>
    public static bool TryParse(IEnumerable<string> entries, [NotNullWhen(true)] out AddressList? list, out IReadOnlyList<string> faults)
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
        list = wrong.Count == 0 ? new AddressList(anyone, mailboxes, domains) : null;
        return list is not null;
    }
}
