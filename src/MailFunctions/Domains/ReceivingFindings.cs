using System.Net.Sockets;
using MailFunctions.Dns;

namespace MailFunctions.Domains;

/// <summary>Reports whether a domain receives mail: replies to From, bounces to the envelope's sender.</summary>
internal static class ReceivingFindings
{
    private const string Rfc = "RFC 5321 section 5.1";

    /// <summary>The hosts of one domain that are asked for, those with the lowest preference first.</summary>
    private const int MostHosts = 10;

    public static async Task<IReadOnlyList<DomainFinding>> OfAsync(CheckScope scope, CancellationToken cancellationToken)
    {
        var sender = scope.Sender;
        var own = OfAsync(DomainCheckName.Mx, sender.Domain, scope, cancellationToken);
        return sender.EnvelopeDomain == sender.Domain ? [await own] : [await own, await OfAsync(DomainCheckName.ReturnPath, sender.EnvelopeDomain, scope, cancellationToken)];
    }

    private static async Task<DomainFinding> OfAsync(string check, string domain, CheckScope scope, CancellationToken cancellationToken)
    {
        var exchanges = await scope.Resolver.MailExchangesAsync(domain, scope.Budget, cancellationToken);
        if (exchanges.IsTemporary)
            return CheckScope.Trouble(check, domain, exchanges.Reason, Rfc);
        if (exchanges.Records.Any(exchange => exchange.Host.Length == 0))
        {
            return new(check, domain, DomainStatus.Failed, "A null MX says that the domain takes no mail: receivers refuse mail from it, and bounces are lost.",
                "An MX record with a host that takes mail.", new DomainFix("Replace the null MX by the host that takes mail for the domain.", "MX", domain, "MX", "10 mail.example.net"), "RFC 7505 section 4.2");
        }
        if (exchanges.Records.Count > 0)
            return await OfHostsAsync(check, domain, exchanges.Records, scope, cancellationToken);

        var (found, trouble) = await HasAddressAsync(domain, scope, cancellationToken);
        if (trouble is not null)
            return CheckScope.Trouble(check, domain, trouble, Rfc);
        var fix = new DomainFix("Publish the host that takes mail for the domain.", "MX", domain, "MX", "10 mail.example.net");
        return found
            ? new(check, domain, DomainStatus.Warning, "There is no MX record; mail goes to the domain's own address.", "An MX record.", fix, Rfc)
            : new(check, domain, DomainStatus.NotStarted, "The domain has neither an MX record nor an address: nobody can reply, and bounces are lost.", "An MX record.", fix, Rfc);
    }

    /// <summary>Judges hosts as senders of mail do, who take the next one where one has no address.</summary>
    private static async Task<DomainFinding> OfHostsAsync(string check, string domain, IReadOnlyList<MailExchange> exchanges, CheckScope scope, CancellationToken cancellationToken)
    {
        var hosts = await Task.WhenAll(exchanges.OrderBy(exchange => exchange.Preference).Take(MostHosts)
            .Select(async exchange => (exchange.Host, Address: await HasAddressAsync(exchange.Host, scope, cancellationToken))));
        var good = hosts.FirstOrDefault(host => host.Address.Found).Host;
        if (good is null && hosts.Select(host => host.Address.Trouble).FirstOrDefault(trouble => trouble is not null) is { } trouble)
            return CheckScope.Trouble(check, domain, trouble, Rfc);
        var without = string.Join(", ", hosts.Where(host => host.Address is { Found: false, Trouble: null }).Select(host => host.Host));
        if (without.Length == 0)
            return CheckScope.Verified(check, domain, $"Mail goes to {good}.", Rfc);
        return new(check, domain, good is null ? DomainStatus.Failed : DomainStatus.Warning, $"{(good is null ? "No host of the MX records has an address" : $"Mail goes to {good}; other hosts have no address")}: {without}.",
            "Hosts with an A or AAAA record.", new DomainFix($"Give an address to {without}, or name other hosts."), Rfc);
    }

    private static async Task<(bool Found, string? Trouble)> HasAddressAsync(string host, CheckScope scope, CancellationToken cancellationToken)
    {
        var four = await scope.Resolver.AddressesAsync(host, AddressFamily.InterNetwork, scope.Budget, cancellationToken);
        if (four.Status == DnsStatus.Found)
            return (true, null);
        var six = await scope.Resolver.AddressesAsync(host, AddressFamily.InterNetworkV6, scope.Budget, cancellationToken);
        return (six.Status == DnsStatus.Found, six.Status == DnsStatus.Found ? null : four.IsTemporary ? four.Reason : six.IsTemporary ? six.Reason : null);
    }
}
