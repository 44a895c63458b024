using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace MailFunctions.Domains.Spf;

/// <summary>Reads a record by the grammar of RFC 7208 section 12, and finds every error in it.</summary>
internal static partial class SpfParser
{
    private const int VersionChars = 6;

    /// <param name="text">A record that <see cref="SpfRecord.IsOne"/>.</param>
    public static SpfRecord Parse(string text)
    {
        var reading = new Reading();
        foreach (var term in Terms().Matches(text[VersionChars..]).Cast<Match>())
            reading.Read(term.Value, VersionChars + term.Index + 1);
        return new SpfRecord(text, reading.Mechanisms, reading.Redirect, reading.Faults);
    }

    // Separated by spaces alone: any other control character is part of a term, and wrong there.
    [GeneratedRegex("[^ ]+")]
    private static partial Regex Terms();

    [GeneratedRegex(@"\A(?<name>[A-Za-z][A-Za-z0-9_.-]*)=(?<value>.*)\z", RegexOptions.Singleline)]
    private static partial Regex Modifier();

    [GeneratedRegex(@"\A(?<qualifier>[-+?~]?)(?<name>[A-Za-z][A-Za-z0-9]*)(?<rest>[:/].*)?\z", RegexOptions.Singleline)]
    private static partial Regex Mechanism();

    [GeneratedRegex(@"(?<four>/(0|[1-9][0-9]*))?(?<six>//(0|[1-9][0-9]*))?\z")]
    private static partial Regex Prefixes();

    [GeneratedRegex(@"\A(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}\z")]
    private static partial Regex Quad();

    private sealed class Reading
    {
        private readonly HashSet<string> _once = new(StringComparer.OrdinalIgnoreCase);

        public List<SpfMechanism> Mechanisms { get; } = [];

        public List<SpfFault> Faults { get; } = [];

        public DomainSpec? Redirect { get; private set; }

        public void Read(string term, int position)
        {
            if ((Modifier().Match(term) is { Success: true } modifier ? Modify(modifier) : Add(term)) is { } sentence)
                Faults.Add(new SpfFault(position, term, sentence));
        }

        private string? Modify(Match modifier)
        {
            var (name, value) = (modifier.Groups["name"].Value, modifier.Groups["value"].Value);
            var isRedirect = name.Equals("redirect", StringComparison.OrdinalIgnoreCase);
            if (!isRedirect && !name.Equals("exp", StringComparison.OrdinalIgnoreCase))
                return DomainSpec.FaultOfMacroString(value);
            if (!_once.Add(name))
                return "is there twice, and may be there once.";
            if (!DomainSpec.TryParse(value, out var target, out var fault))
                return fault;
            if (isRedirect)
                Redirect = target;
            return null;
        }

        private string? Add(string term)
        {
            if (Mechanism().Match(term) is not { Success: true } match)
                return "is neither a mechanism nor a modifier.";
            var qualifier = match.Groups["qualifier"].Value switch { "-" => SpfResult.Fail, "~" => SpfResult.SoftFail, "?" => SpfResult.Neutral, _ => SpfResult.Pass };
            var rest = match.Groups["rest"].Value;
            return match.Groups["name"].Value.ToLowerInvariant() switch
            {
                "all" => rest.Length == 0 ? Keep(new(term, qualifier, SpfKind.All, null, null)) : "takes nothing after 'all'.",
                "include" => Targeted(term, qualifier, SpfKind.Include, rest),
                "exists" => Targeted(term, qualifier, SpfKind.Exists, rest),
                "ptr" => rest.Length == 0 ? Keep(new(term, qualifier, SpfKind.Ptr, null, null)) : Targeted(term, qualifier, SpfKind.Ptr, rest),
                "a" => Addressed(term, qualifier, SpfKind.A, rest),
                "mx" => Addressed(term, qualifier, SpfKind.Mx, rest),
                "ip4" => Literal(term, qualifier, SpfKind.Ip4, rest),
                "ip6" => Literal(term, qualifier, SpfKind.Ip6, rest),
                _ => "is no mechanism that there is.",
            };
        }

        private string? Keep(SpfMechanism mechanism)
        {
            Mechanisms.Add(mechanism);
            return null;
        }

        private string? Targeted(string term, SpfResult qualifier, SpfKind kind, string rest)
        {
            if (!rest.StartsWith(':'))
                return "needs a colon and a domain.";
            return DomainSpec.TryParse(rest[1..], out var target, out var fault) ? Keep(new(term, qualifier, kind, target, null)) : fault;
        }

        private string? Addressed(string term, SpfResult qualifier, SpfKind kind, string rest)
        {
            var prefixes = Prefixes().Match(rest);
            var name = rest[..prefixes.Index];
            if (!IsPrefix(prefixes.Groups["four"].Value, 32, out var four) || !IsPrefix(prefixes.Groups["six"].Value, 128, out var six))
                return "has a prefix that is too long: /32 and //128 are the longest.";
            DomainSpec? target = null;
            if (name.Length > 0 && (name[0] != ':' ? "has a wrong prefix." : DomainSpec.TryParse(name[1..], out target, out var fault) ? null : fault) is { } wrong)
                return wrong;
            return Keep(new(term, qualifier, kind, target, null, four, six));
        }

        private string? Literal(string term, SpfResult qualifier, SpfKind kind, string rest)
        {
            var isFour = kind == SpfKind.Ip4;
            var slash = rest.LastIndexOf('/');
            var text = slash < 0 ? rest : rest[..slash];
            var prefix = slash < 0 ? "" : rest[slash..];
            if (!text.StartsWith(':') || AddressOf(text[1..], isFour) is not { } address)
                return isFour ? "needs a colon and an IPv4 address." : "needs a colon and an IPv6 address.";
            if (!IsPrefix(prefix, isFour ? 32 : 128, out var bits) || (prefix.Length > 0 && !Prefixes().Match(prefix).Groups["four"].Success))
                return "has a wrong prefix.";
            return Keep(isFour ? new(term, qualifier, kind, null, address, Prefix4: bits) : new(term, qualifier, kind, null, address, Prefix6: bits));
        }

        private static IPAddress? AddressOf(string text, bool isFour)
        {
            if (isFour)
                return Quad().IsMatch(text) ? IPAddress.Parse(text) : null;
            return text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? address : null;
        }

        private static bool IsPrefix(string text, int most, out int bits)
        {
            bits = most;
            return text.Length == 0 || (int.TryParse(text.TrimStart('/'), NumberStyles.None, CultureInfo.InvariantCulture, out bits) && bits <= most);
        }
    }
}
