namespace MailFunctions.Domains.Dmarc;

/// <summary>Reports on the DMARC policy that receivers apply to mail from a domain.</summary>
internal static class DmarcFindings
{
    private const string Rfc = "RFC 9989 section 4.7";
    private const string RfcOfDiscovery = "RFC 9989 section 4.10.1";

    public static async Task<DomainFinding> OfAsync(DmarcWalk walk, CheckScope scope, CancellationToken cancellationToken)
    {
        var own = $"_dmarc.{walk.Domain}";
        if (walk.Trouble is { } trouble)
            return CheckScope.Trouble(DomainCheckName.Dmarc, own, trouble, RfcOfDiscovery);
        if (walk.Steps.FirstOrDefault(step => step.Count > 1) is { } several)
        {
            return new(DomainCheckName.Dmarc, $"_dmarc.{several.Domain}", DomainStatus.Failed, $"There are {several.Count} DMARC records at this name: receivers ignore all of them.",
                "One record.", new DomainFix("Delete all but one."), "RFC 9989 section 4.10");
        }
        if (walk.Applied is not { Record: { } record } applied)
            return new(DomainCheckName.Dmarc, own, DomainStatus.NotStarted, "There is no DMARC record, neither of the domain nor of one above it.", "A record, with p=none to begin with.", Fix(walk), RfcOfDiscovery);

        var name = $"_dmarc.{applied.Domain}";
        if (!record.IsApplied)
            return new(DomainCheckName.Dmarc, name, DomainStatus.Failed, $"Receivers ignore the record: {string.Join(" ", record.Remarks)} It is: {record.Text}", "A policy p=none, quarantine or reject.", Fix(walk), RfcOfDiscovery);
        var isBelow = applied.Domain != walk.Domain;
        bool? exists = isBelow ? await DmarcWalk.ExistsAsync(walk.Domain, scope.Resolver, scope.Budget, cancellationToken) : true;
        if (exists is null)
            return CheckScope.Trouble(DomainCheckName.Dmarc, walk.Domain, "The name server does not say whether the domain exists, which decides between sp and np.", RfcOfDiscovery);

        var policy = record.PolicyFor(isBelow, exists.Value).ToString().ToLowerInvariant();
        var found = $"Receivers apply the policy {policy} to mail that fails: {record.Text}";
        List<string> remarks = [.. record.Remarks];
        if (record.IsTest)
            remarks.Add("t=y asks receivers to apply the policy one level lower.");
        if (!record.HasReports && record.Remarks.Count == 0)
            remarks.Add("Without rua nobody reports to you which mail fails.");
        return remarks.Count == 0
            ? CheckScope.Verified(DomainCheckName.Dmarc, name, found, Rfc)
            : new(DomainCheckName.Dmarc, name, DomainStatus.Warning, $"{found} {string.Join(" ", remarks)}", "A record without remarks.", new DomainFix("Change the tags that are named."), Rfc);
    }

    private static DomainFix Fix(DmarcWalk walk) =>
        new("Publish a record, read the reports, and make the policy stricter once all mail passes.", "DMARC", $"_dmarc.{walk.Domain}", "TXT", $"v=DMARC1; p=none; rua=mailto:dmarc@{walk.Domain}");
}
