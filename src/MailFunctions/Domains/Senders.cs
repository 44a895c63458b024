using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Signing;

namespace MailFunctions.Domains;

/// <summary>The domains that the app's settings name as senders, and what they say of each.</summary>
internal sealed class Senders(AddressList allowed, SigningDomains signing, ReturnPaths returnPaths, IReadOnlyList<Relay> relays)
{
    /// <summary>
    /// The domains of the allowed senders, and those that sign, in alphabetical order. Where anyone may send, those that sign are all
    /// that is known.
    /// </summary>
    public IReadOnlyList<string> Domains { get; } = [.. allowed.Domains.Concat(signing.All.Select(domain => domain.Name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <param name="domain">Lower-case ASCII.</param>
    public Sender Of(string domain) => new(domain, returnPaths.DomainOf(domain), signing.Find(domain));

    /// <summary>Returns the relays that may get mail from a domain, of any lane and tag.</summary>
    public IReadOnlyList<Relay> RelaysOf(string domain)
    {
        var fitting = relays.Where(relay => relay.Match.SenderDomains?.Contains(domain) != false).ToList();
        var named = fitting.Where(relay => relay.Match.SenderDomains is not null).ToList();
        return named.Count > 0 && !named.TrueForAll(relay => relay.Match.Fallback) ? [.. fitting.Where(relay => relay.Match.IsEntitlement)] : fitting;
    }
}
