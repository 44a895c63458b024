using MailFunctions.Dns;

namespace MailFunctions.Domains.Spf;

/// <summary>The record of a domain, or why there is none to evaluate (RFC 7208 sections 4.4 and 4.5).</summary>
/// <param name="Result">The result of <c>check_host</c> where there is no record to evaluate; null where there is one.</param>
internal sealed record SpfLookup(SpfRecord? Record, SpfResult? Result, string? Reason)
{
    public static async Task<SpfLookup> OfAsync(string domain, DnsResolver resolver, DnsBudget budget, CancellationToken cancellationToken)
    {
        if (!domain.Contains('.', StringComparison.Ordinal))
            return new SpfLookup(null, SpfResult.None, $"{domain} is no domain name with a dot.");
        var answer = await resolver.TextsAsync(domain, budget, cancellationToken);
        if (answer.IsTemporary)
            return new SpfLookup(null, SpfResult.TempError, answer.Reason);
        var records = answer.Records.Where(SpfRecord.IsOne).ToList();
        if (records.Count == 0)
            return new SpfLookup(null, SpfResult.None, answer.Status == DnsStatus.NoSuchName ? $"{domain} does not exist." : $"{domain} has no SPF record.");
        if (records.Count > 1)
            return new SpfLookup(null, SpfResult.PermError, $"{domain} has {records.Count} SPF records, and may have one: {string.Join(" | ", records)}");
        var record = SpfParser.Parse(records[0]);
        return record.Faults.Count == 0
            ? new SpfLookup(record, null, null)
            : new SpfLookup(record, SpfResult.PermError, string.Join(" ", record.Faults.Select(fault => $"{domain}: {fault}")));
    }
}
