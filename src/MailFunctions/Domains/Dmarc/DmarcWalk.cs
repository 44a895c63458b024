using System.Net.Sockets;
using MailFunctions.Dns;

namespace MailFunctions.Domains.Dmarc;

/// <summary>One name that the walk asked for.</summary>
/// <param name="Record">Null where there is none, or more than one.</param>
/// <param name="Count">The number of DMARC records at the name; several count as none.</param>
internal sealed record DmarcStep(string Domain, DmarcRecord? Record, int Count);

/// <summary>The DNS tree walk of RFC 9989 section 4.10, from a domain up to its top level.</summary>
/// <param name="Trouble">Why a name had no answer; the rest then says nothing.</param>
internal sealed record DmarcWalk(string Domain, IReadOnlyList<DmarcStep> Steps, string? Trouble)
{
    /// <summary>No domain takes more questions, however many labels it has.</summary>
    public const int MostSteps = 8;

    /// <summary>The domain that stands for its owner (section 4.10.2): what relaxed alignment compares.</summary>
    public string OrganizationalDomain
    {
        get
        {
            var found = Steps.Where(step => step.Record is not null).ToList();
            foreach (var step in found)
            {
                if (step.Record!.Suffix == PublicSuffix.No)
                    return step.Domain;
                if (step.Record.Suffix == PublicSuffix.Yes && step.Domain != Domain)
                    return BelowOf(step.Domain);
            }
            return found.Count > 0 ? found[^1].Domain : Domain;
        }
    }

    /// <summary>The record that receivers apply to mail from the domain (section 4.10.1): its own, that of its organization, that of its suffix.</summary>
    public DmarcStep? Applied =>
        Steps.FirstOrDefault(step => step.Domain == Domain && step.Record is not null)
        ?? Steps.FirstOrDefault(step => step.Domain == OrganizationalDomain && step.Record is not null)
        ?? Steps.FirstOrDefault(step => step.Record?.Suffix == PublicSuffix.Yes);

    /// <param name="domain">Lower-case ASCII.</param>
    public static async Task<DmarcWalk> OfAsync(string domain, DnsResolver resolver, DnsBudget budget, CancellationToken cancellationToken)
    {
        var steps = new List<DmarcStep>();
        foreach (var target in TargetsOf(domain))
        {
            var answer = await resolver.TextsAsync($"_dmarc.{target}", budget, cancellationToken);
            if (answer.IsTemporary)
                return new DmarcWalk(domain, steps, answer.Reason);
            var records = answer.Records.Where(DmarcRecord.IsOne).ToList();
            var record = records.Count == 1 ? DmarcRecord.Parse(records[0]) : null;
            steps.Add(new DmarcStep(target, record, records.Count));
            if (record?.Suffix is PublicSuffix.No or PublicSuffix.Yes)
                break;
        }
        return new DmarcWalk(domain, steps, null);
    }

    /// <summary>Returns the domain and those above it, of a long one the last seven labels next.</summary>
    internal static IReadOnlyList<string> TargetsOf(string domain)
    {
        var labels = domain.Split('.');
        var next = labels.Length >= MostSteps ? MostSteps - 1 : labels.Length - 1;
        return [domain, .. Enumerable.Range(0, next).Select(skipped => string.Join('.', labels[^(next - skipped)..]))];
    }

    /// <summary>Tests whether a domain exists, which decides between <c>sp</c> and <c>np</c>; null where DNS has no answer.</summary>
    public static async Task<bool?> ExistsAsync(string domain, DnsResolver resolver, DnsBudget budget, CancellationToken cancellationToken)
    {
        var answer = await resolver.AddressesAsync(domain, AddressFamily.InterNetwork, budget, cancellationToken);
        return answer.IsTemporary ? null : answer.Status != DnsStatus.NoSuchName;
    }

    private string BelowOf(string suffix)
    {
        var labels = Domain.Split('.');
        return string.Join('.', labels[^(suffix.Split('.').Length + 1)..]);
    }
}
