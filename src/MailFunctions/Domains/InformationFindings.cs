using MailFunctions.Dns;

namespace MailFunctions.Domains;

/// <summary>Reports records that no receiver of our mail asks for.</summary>
internal static class InformationFindings
{
    private static readonly (string Check, string Prefix, string Version, string Required, string Rfc, string Meaning)[] Records =
    [
        (DomainCheckName.MtaSts, "_mta-sts.", "STSv1", "id", "RFC 8461 section 3.1", "It asks for TLS for mail to the domain, and matters for no mail that the app sends."),
        (DomainCheckName.TlsRpt, "_smtp._tls.", "TLSRPTv1", "rua", "RFC 8460 section 3", "It asks for reports about TLS of mail to the domain, and matters for no mail that the app sends."),
        (DomainCheckName.Bimi, "default._bimi.", "BIMI1", "l", "draft-brand-indicators-for-message-identification section 4.2", "It shows a logo where DMARC has an enforced policy."),
    ];

    public static async Task<IReadOnlyList<DomainFinding>> OfAsync(CheckScope scope, CancellationToken cancellationToken) => await Task.WhenAll(Records.Select(async record =>
    {
        var name = record.Prefix + scope.Sender.Domain;
        var answer = await scope.Resolver.TextsAsync(name, scope.Budget, cancellationToken);
        if (answer.IsTemporary)
            return CheckScope.Trouble(record.Check, name, answer.Reason, record.Rfc);
        var found = answer.Records.Where(text => TagList.Parse(text)["v"] == record.Version).ToList();
        return found.Count switch
        {
            0 => new DomainFinding(record.Check, name, DomainStatus.NotStarted, $"There is no record. {record.Meaning}", null, null, record.Rfc),
            // An empty l= declines to have a logo, which is no error.
            1 when TagList.Parse(found[0])[record.Required] is not null => CheckScope.Verified(record.Check, name, found[0], record.Rfc),
            1 => new(record.Check, name, DomainStatus.Warning, $"The tag {record.Required} is missing: {found[0]}", $"A tag {record.Required}.", null, record.Rfc),
            _ => new(record.Check, name, DomainStatus.Warning, $"There are {found.Count} records: they count as none.", "One record.", new DomainFix("Delete all but one."), record.Rfc),
        };
    }));
}
