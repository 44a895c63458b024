using MailFunctions.Dns;

namespace MailFunctions.Domains;

/// <summary>The sender and the bounds that the parts of one check share.</summary>
internal sealed record CheckScope(Sender Sender, DnsResolver Resolver, DnsBudget Budget)
{
    public static DomainFinding Verified(string check, string name, string found, string rfc) => new(check, name, DomainStatus.Verified, found, null, null, rfc);

    public static DomainFinding Trouble(string check, string name, string? reason, string rfc) =>
        new(check, name, DomainStatus.TemporaryFailure, reason ?? "The name server gave no answer.", "An answer; check again later.", null, rfc);
}
