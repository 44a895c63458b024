using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using MailFunctions.Smtp.Relays;

namespace MailFunctions.Smtp.Sessions;

/// <summary>
/// The argument of EHLO: a fully qualified domain name, or an address literal where there is none (RFC 5321
/// sections 2.3.5, 4.1.3 and 4.1.4). For a name without a dot many relays reject every mail.
/// </summary>
internal static partial class EhloName
{
    /// <summary>RFC 5321 section 4.5.3.1.2.</summary>
    private const int LongestDomain = 255;

    /// <summary>
    /// Names below these mean nothing to another machine: RFC 6761 section 6, RFC 6762 section 3 (local), RFC 8375
    /// (home.arpa), ICANN's resolution of 29 July 2024 (internal); localdomain and lan by convention.
    /// </summary>
    private static readonly string[] LocalSuffixes =
        [".localhost", ".localdomain", ".local", ".internal", ".lan", ".home.arpa", ".invalid", ".test", ".example"];

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    /// <summary>
    /// Returns the name from the settings; otherwise this machine's, if it is fully qualified; otherwise the address that
    /// the connection comes from.
    /// </summary>
    /// <param name="local">The local address of the connection; null when it is not known.</param>
    public static string For(Relay relay, IPAddress? local) =>
        relay.LocalName ?? Of(IPGlobalProperties.GetIPGlobalProperties().HostName, local);

    /// <param name="machine">The machine's own name.</param>
    public static string Of(string machine, IPAddress? local)
    {
        if (ReadDomain(machine) is { } domain && !Array.Exists(LocalSuffixes, suffix => domain.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)))
            return domain;
        return Literal(local is null || local.Equals(IPAddress.Any) || local.Equals(IPAddress.IPv6Any) ? IPAddress.Loopback : local);
    }

    /// <summary>
    /// Reads a configured name: a domain with a dot, in A-labels or in Unicode, or an address with or without its brackets.
    /// </summary>
    /// <returns>The form for EHLO; null when it is neither.</returns>
    public static string? Read(string text) => ReadLiteral(text) ?? ReadDomain(text);

    /// <summary>RFC 5321 section 4.1.3. The zone is omitted, since it is meaningful to this machine alone.</summary>
    private static string Literal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork ? $"[{address}]" : $"[IPv6:{new IPAddress(address.GetAddressBytes())}]";
    }

    private static string? ReadLiteral(string text)
    {
        var inner = text is ['[', .., ']'] ? text[1..^1] : text;
        if (inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            inner = inner[5..];
        // .NET also accepts shorter and hexadecimal forms of IPv4 addresses.
        var isAddress = DottedQuad().IsMatch(inner) || (inner.Contains(':', StringComparison.Ordinal) && IPv6Characters().IsMatch(inner));
        return isAddress && IPAddress.TryParse(inner, out var address) ? Literal(address) : null;
    }

    /// <returns>The domain in A-labels (RFC 5890); null for text that is no domain, has no dot, or ends in digits as an address does.</returns>
    private static string? ReadDomain(string text)
    {
        try
        {
            var domain = Idn.GetAscii(text);
            return domain.Length <= LongestDomain && Domain().IsMatch(domain) ? domain : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\A[0-9]{1,3}(\.[0-9]{1,3}){3}\z")]
    private static partial Regex DottedQuad();

    [GeneratedRegex(@"\A[0-9A-Fa-f:.]+\z")]
    private static partial Regex IPv6Characters();

    /// <summary>RFC 5321 section 4.1.2, labels of at most 63 octets (RFC 1035 section 2.3.4); a top-level domain is not all digits (RFC 3696 section 2).</summary>
    [GeneratedRegex(@"\A([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+(?![0-9]+\z)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Domain();
}
