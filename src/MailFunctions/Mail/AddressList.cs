using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace MailFunctions.Mail;

/// <summary>The addresses that a setting lists: single addresses, whole domains, or all. Empty if nothing is configured.</summary>
internal sealed class AddressList
{
    private const string Anyone = "*";

    private readonly bool _anyone;
    private readonly FrozenSet<string> _mailboxes;
    private readonly FrozenSet<string> _domains;

    private AddressList(bool anyone, IEnumerable<string> mailboxes, IEnumerable<string> domains)
    {
        _anyone = anyone;

        // A local part may be case-sensitive (RFC 5321 section 2.4); a second person with an otherwise equal address is unlikely.
        _mailboxes = mailboxes.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _domains = domains.ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// True if the list contains the address. A domain covers its own addresses, not those of its subdomains. Local parts are
    /// compared in NFC and without case, and no further, so that permission does not extend to lookalikes.
    /// </summary>
    /// <param name="mailbox">The domain must be in lower-case ASCII.</param>
    public bool Contains(string mailbox) =>
        _anyone || _domains.Contains(mailbox[(mailbox.LastIndexOf('@') + 1)..]) || _mailboxes.Contains(MailboxForm.Canonical(mailbox));

    /// <summary>True if the list contains every address that <paramref name="other"/> contains.</summary>
    public bool Covers(AddressList other) =>
        _anyone || (!other._anyone && other._domains.IsSubsetOf(_domains) && other._mailboxes.All(Contains));

    /// <summary>True if the list contains every address there is.</summary>
    public bool IsEveryone => _anyone;

    /// <summary>The domains that it has an entry of: whole ones, and those of single addresses.</summary>
    public IEnumerable<string> Domains => _domains.Concat(_mailboxes.Select(mailbox => mailbox[(mailbox.LastIndexOf('@') + 1)..])).Distinct(StringComparer.Ordinal);

    /// <summary>True if the list contains some address of the domain.</summary>
    /// <param name="domain">Lower-case ASCII.</param>
    public bool ContainsSomeOf(string domain) => _anyone || Domains.Contains(domain, StringComparer.Ordinal);

    /// <summary>The entries of a setting: one value each, or all in one value with commas, since operators write both.</summary>
    public static IEnumerable<string> EntriesOf(IConfigurationSection setting) =>
        setting.GetChildren().Select(child => child.Value).Prepend(setting.Value).OfType<string>();

    /// <param name="entries">Each an address, a domain or <c>*</c>, or several of them separated by commas.</param>
    /// <param name="faults">One sentence for each invalid entry, naming it.</param>
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
