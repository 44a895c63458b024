using System.Text.Json.Serialization;

namespace MailFunctions.Domains.Watch;

/// <summary>The last check of a configured sender's domain.</summary>
/// <param name="Status">The status of the domain.</param>
internal sealed record KeptCheck(string Domain, DateTimeOffset CheckedAt, string Status, IReadOnlyList<KeptFinding> Findings)
{
    private const int MostFindings = 40;

    /// <summary>The findings that receivers see as an error.</summary>
    [JsonIgnore]
    public IEnumerable<KeptFinding> Failing => Findings.Where(finding => finding.Fails && DomainChecker.Counts(finding.Check));

    /// <summary>
    /// Takes over a new check. What DNS did not answer keeps what was known of it, so that trouble of DNS is neither a failure nor
    /// hides one.
    /// </summary>
    /// <param name="failed">Receives the findings that passed before and do not now.</param>
    public static KeptCheck After(KeptCheck? before, DomainCheckAnswer check, out IReadOnlyList<KeptFinding> failed)
    {
        var known = (before?.Findings ?? []).ToLookup(finding => finding.Key);
        var findings = new List<KeptFinding>();
        var fresh = new List<KeptFinding>();
        foreach (var finding in check.Findings.Select(KeptFinding.Of))
        {
            var earlier = known[finding.Key].FirstOrDefault();
            if (finding.Status == DomainStatus.TemporaryFailure && earlier is not null)
            {
                findings.Add(earlier);
                continue;
            }
            findings.Add(finding);
            if (finding.IsWorseThan(earlier) && DomainChecker.Counts(finding.Check))
                fresh.Add(finding);
        }

        failed = fresh;
        List<KeptFinding> kept = [.. findings.OrderByDescending(finding => finding.Fails).Take(MostFindings)];
        return new KeptCheck(check.Name, check.CheckedAt, StatusOf(kept), kept);
    }

    private static string StatusOf(IReadOnlyList<KeptFinding> findings)
    {
        var counted = findings.Where(finding => DomainChecker.Counts(finding.Check)).Select(finding => finding.Status).ToHashSet();
        return DomainChecker.WorstOf(counted);
    }
}

/// <summary>One finding, shortened.</summary>
internal sealed record KeptFinding(string Check, string Name, string Status, string Found)
{
    private const int MostChars = 250;

    [JsonIgnore]
    public (string Check, string Name) Key => (Check, Name);

    [JsonIgnore]
    public bool Fails => Status is DomainStatus.Failed or DomainStatus.NotStarted;

    [JsonIgnore]
    public bool Passes => Status is DomainStatus.Verified or DomainStatus.Warning or DomainStatus.Pending;

    /// <summary>Tests whether a check has stopped passing. A key waits for its record only at first: afterwards the record is gone.</summary>
    public bool IsWorseThan(KeptFinding? earlier) => Fails ? earlier?.Passes == true
        : Status == DomainStatus.Pending && earlier?.Status is DomainStatus.Verified or DomainStatus.Warning;

    public static KeptFinding Of(DomainFinding finding) =>
        new(finding.Check, finding.Name, finding.Status, finding.Found.Length <= MostChars ? finding.Found : finding.Found[..MostChars] + "…");
}

[JsonSerializable(typeof(IReadOnlyList<KeptFinding>))]
internal sealed partial class KeptCheckJson : JsonSerializerContext;
