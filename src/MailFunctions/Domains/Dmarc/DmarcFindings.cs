namespace MailFunctions.Domains.Dmarc;

/// <summary>
/// Reports on the DMARC policy that receivers apply to mail from a domain. The finding always has the name of the domain's own
/// record, wherever the record is, so that two checks of one domain can be compared.
/// </summary>
internal static class DmarcFindings
{
    private const string Rfc = "RFC 9989 section 4.7";
    private const string RfcOfDiscovery = "RFC 9989 section 4.10.1";

    public static async Task<DomainFinding> OfAsync(DmarcWalk walk, CheckScope scope, CancellationToken cancellationToken)
    {
        var own = $"_dmarc.{walk.Domain}";
        if (walk.Trouble is { } trouble)
            return CheckScope.Trouble(DomainCheckName.Dmarc, own, trouble, RfcOfDiscovery);
        var several = walk.Steps.Where(step => step.Count > 1).Select(step => $"There are {step.Count} DMARC records at _dmarc.{step.Domain}: receivers ignore all of them.").ToList();
        if (walk.Applied is not { Record: { } record } applied)
        {
            return several.Count > 0
                ? new(DomainCheckName.Dmarc, own, DomainStatus.Failed, string.Join(" ", several), "One record.", new DomainFix("Delete all but one."), "RFC 9989 section 4.10")
                : new(DomainCheckName.Dmarc, own, DomainStatus.NotStarted, "There is no DMARC record, neither of the domain nor of one above it.", "A record, with p=none to begin with.", Fix(walk), RfcOfDiscovery);
        }

        if (!record.IsApplied)
            return new(DomainCheckName.Dmarc, own, DomainStatus.Failed, $"Receivers ignore the record at _dmarc.{applied.Domain}: {string.Join(" ", record.Remarks)} It is: {record.Text}", "A policy p=none, quarantine or reject.", Fix(walk), RfcOfDiscovery);
        var isBelow = applied.Domain != walk.Domain;
        bool? exists = isBelow ? await DmarcWalk.ExistsAsync(walk.Domain, scope.Resolver, scope.Budget, cancellationToken) : true;
        if (exists is null)
            return CheckScope.Trouble(DomainCheckName.Dmarc, own, "The name server does not say whether the domain exists, which decides between sp and np.", RfcOfDiscovery);

        var policy = record.PolicyFor(isBelow, exists.Value).ToString().ToLowerInvariant();
        var found = $"Receivers apply the policy {policy} to mail that fails, by _dmarc.{applied.Domain}: {record.Text}";
        List<string> remarks = [.. several, .. record.Remarks];
        if (record.IsTest)
            remarks.Add("t=y asks receivers to apply the policy one level lower.");
        if (!record.HasReports && record.Remarks.Count == 0)
            remarks.Add("Without rua nobody reports to you which mail fails.");
        return remarks.Count == 0
            ? CheckScope.Verified(DomainCheckName.Dmarc, own, found, Rfc)
            : new(DomainCheckName.Dmarc, own, DomainStatus.Warning, $"{found} {string.Join(" ", remarks)}", "A record without remarks.", new DomainFix("Change what is named."), Rfc);
    }

    private static DomainFix Fix(DmarcWalk walk) =>
        new("Publish a record, read the reports, and make the policy stricter once all mail passes.", "DMARC", $"_dmarc.{walk.Domain}", "TXT", $"v=DMARC1; p=none; rua=mailto:dmarc@{walk.Domain}");
}
