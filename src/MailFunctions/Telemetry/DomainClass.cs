using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace MailFunctions.Telemetry;

/// <summary>Names a domain's mail provider as far as its name shows it: one of five words, to give no metric a series per domain.</summary>
internal static partial class DomainClass
{
    public const string Gmail = "gmail";
    public const string Microsoft = "microsoft";
    public const string Yahoo = "yahoo";
    public const string Apple = "apple";
    public const string Other = "other";

    private static readonly FrozenDictionary<string, string> Exact = new Dictionary<string, string>
    {
        ["gmail.com"] = Gmail,
        ["googlemail.com"] = Gmail,
        ["msn.com"] = Microsoft,
        ["passport.com"] = Microsoft,
        ["ymail.com"] = Yahoo,
        ["rocketmail.com"] = Yahoo,
        ["aol.com"] = Yahoo,
        ["icloud.com"] = Apple,
        ["me.com"] = Apple,
        ["mac.com"] = Apple,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <param name="domain">A recipient's domain; a company's own domain is <see cref="Other"/>, whatever provider hosts it.</param>
    public static string Of(string domain)
    {
        if (Exact.TryGetValue(domain, out var known))
            return known;
        return National().Match(domain) is { Success: true } match
            ? match.Groups[1].ValueSpan.Equals("yahoo", StringComparison.OrdinalIgnoreCase) ? Yahoo : Microsoft
            : Other;
    }

    /// <summary>National domains, such as hotmail.com, live.nl, yahoo.co.uk.</summary>
    [GeneratedRegex(@"\A(outlook|hotmail|live|yahoo)\.[a-z]{2,3}(\.[a-z]{2})?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex National();
}
