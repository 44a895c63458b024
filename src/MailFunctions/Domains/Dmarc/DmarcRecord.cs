using MailFunctions.Dns;

namespace MailFunctions.Domains.Dmarc;

internal enum DmarcPolicy
{
    None,
    Quarantine,
    Reject,
}

internal enum Alignment
{
    Relaxed,
    Strict,
}

/// <summary>Says whether a domain is a public suffix, below which others own domains.</summary>
internal enum PublicSuffix
{
    Unknown,
    Yes,
    No,
}

/// <summary>A DMARC policy record (RFC 9989 section 4.7).</summary>
/// <param name="Policy">The policy of the domain itself; none where the tag is missing.</param>
/// <param name="Subdomains">The policy of subdomains (<c>sp</c>); null without one.</param>
/// <param name="Missing">The policy of subdomains that do not exist (<c>np</c>); null without one.</param>
/// <param name="IsTest">Asks receivers to apply the policy one level lower (<c>t=y</c>).</param>
/// <param name="HasReports">True if <c>rua</c> names an address for reports.</param>
/// <param name="IsApplied">False where a wrong policy makes receivers ignore the record.</param>
/// <param name="Remarks">What is wrong, removed or unknown in it, each a sentence.</param>
internal sealed record DmarcRecord(
    string Text,
    DmarcPolicy Policy,
    DmarcPolicy? Subdomains,
    DmarcPolicy? Missing,
    Alignment Dkim,
    Alignment Spf,
    PublicSuffix Suffix,
    bool IsTest,
    bool HasReports,
    bool IsApplied,
    IReadOnlyList<string> Remarks)
{
    private static readonly string[] Known = ["v", "p", "sp", "np", "adkim", "aspf", "psd", "t", "rua", "ruf", "fo"];
    private static readonly string[] Removed = ["pct", "rf", "ri"];

    /// <summary>Tests whether a TXT record is one for DMARC: its first tag is the version, in this spelling.</summary>
    public static bool IsOne(string text)
    {
        var first = text.Split(';', 2)[0].Split('=', 2);
        return first.Length == 2 && first[0].Trim(' ', '\t').Equals("v", StringComparison.OrdinalIgnoreCase) && first[1].Trim(' ', '\t') == "DMARC1";
    }

    /// <param name="text">A record that <see cref="IsOne"/>.</param>
    public static DmarcRecord Parse(string text)
    {
        var tags = TagList.Parse(text);
        var remarks = new List<string>(tags.Faults);
        remarks.AddRange(tags.Names.Where(Removed.Contains).Select(name => $"The tag {name} was removed by RFC 9989 (appendix A): receivers ignore it."));
        remarks.AddRange(tags.Names.Where(name => !Known.Contains(name) && !Removed.Contains(name)).Select(name => $"The tag {name} is unknown: receivers ignore it."));

        var isWrong = false;
        var policy = PolicyOf("p");
        var (subdomains, missing) = (PolicyOf("sp"), PolicyOf("np"));
        if (tags["p"] is null)
            remarks.Add("The tag p is missing, which stands for p=none; receivers that follow RFC 7489 ignore such a record.");
        var hasReports = tags["rua"] is { } reports && reports.Split(',').Any(IsReportAddress);
        if (tags["rua"] is not null && !hasReports)
            remarks.Add("The tag rua has no address such as mailto:dmarc@example.com.");
        if (isWrong && hasReports)
            (policy, subdomains, missing) = (DmarcPolicy.None, null, null);
        return new DmarcRecord(
            text,
            policy ?? DmarcPolicy.None,
            subdomains,
            missing,
            OneOf("adkim", Alignment.Relaxed, ("r", Alignment.Relaxed), ("s", Alignment.Strict)),
            OneOf("aspf", Alignment.Relaxed, ("r", Alignment.Relaxed), ("s", Alignment.Strict)),
            OneOf("psd", PublicSuffix.Unknown, ("u", PublicSuffix.Unknown), ("y", PublicSuffix.Yes), ("n", PublicSuffix.No)),
            OneOf("t", false, ("n", false), ("y", true)),
            hasReports,
            !isWrong || hasReports,
            remarks);

        DmarcPolicy? PolicyOf(string name)
        {
            if (tags[name] is not { } value)
                return null;
            DmarcPolicy? found = value.ToLowerInvariant() switch { "none" => DmarcPolicy.None, "quarantine" => DmarcPolicy.Quarantine, "reject" => DmarcPolicy.Reject, _ => null };
            if (found is null)
            {
                isWrong = true;
                remarks.Add($"The tag {name} takes none, quarantine or reject.");
            }
            return found;
        }

        T OneOf<T>(string name, T byDefault, params (string Word, T Value)[] words)
        {
            if (tags[name] is not { } value)
                return byDefault;
            foreach (var (word, meaning) in words)
            {
                if (word.Equals(value, StringComparison.OrdinalIgnoreCase))
                    return meaning;
            }
            remarks.Add($"The tag {name} takes {string.Join(", ", words.Select(word => word.Word))}; receivers take its default.");
            return byDefault;
        }
    }

    /// <summary>The policy of mail from a domain, given which of them it is.</summary>
    /// <param name="isBelow">True for a subdomain of the domain whose record this is.</param>
    public DmarcPolicy PolicyFor(bool isBelow, bool exists)
    {
        var policy = !isBelow ? Policy : exists ? Subdomains ?? Policy : Missing ?? Subdomains ?? Policy;
        return IsTest && policy != DmarcPolicy.None ? policy - 1 : policy;
    }

    private static bool IsReportAddress(string text) =>
        Uri.TryCreate(text.Trim().Split('!')[0], UriKind.Absolute, out var uri) && (uri.Scheme != Uri.UriSchemeMailto || uri.UserInfo.Length > 0);
}
