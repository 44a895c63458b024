using System.Net;
using System.Text.RegularExpressions;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>A host with its port in the form of Host and Origin (RFC 9110 section 7.2), in lower case and without a trailing dot.</summary>
/// <param name="Name">A name, an IPv4 address, or an IPv6 address in brackets.</param>
/// <param name="Port">Null when the default port of the scheme is omitted.</param>
internal sealed partial record HostName(string Name, string? Port)
{
    /// <summary>RFC 6761 section 6.3: localhost and every name below it are loopback, whatever a name server answers.</summary>
    /// <remarks>Browsers do not treat 127.0.0.1 in the form of an IPv6 address as loopback, and send no Sec-Fetch headers there.</remarks>
    public bool IsLoopback => Name == "localhost"
        || Name.EndsWith(".localhost", StringComparison.Ordinal)
        || (Ipv4().IsMatch(Name) && IPAddress.TryParse(Name, out _))
        || (Name[0] == '[' && IPAddress.TryParse(Name[1..^1], out var address) && address.Equals(IPAddress.IPv6Loopback));

    /// <returns>Null when the text is no host of this form.</returns>
    public static HostName? Parse(string text)
    {
        var match = Authority().Match(text.ToLowerInvariant());
        if (!match.Success)
            return null;
        var name = match.Groups["name"].Value;
        return new HostName(
            name.EndsWith('.') ? name[..^1] : name,
            match.Groups["port"] is { Success: true } port ? port.Value : null) is { Name.Length: > 0 } host ? host : null;
    }

    /// <returns>Null when the text is no origin of a web page, "null" included.</returns>
    public static HostName? ParseOrigin(string text) =>
        Origin().Match(text) is { Success: true } match ? Parse(match.Groups["authority"].Value) : null;

    [GeneratedRegex(@"\A(?<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:(?<port>[0-9]{1,5}))?\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Authority();

    [GeneratedRegex(@"\Ahttps?://(?<authority>[^/?#]*)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Origin();

    /// <summary>Four decimal numbers: browsers convert shorter and other forms before they send them.</summary>
    [GeneratedRegex(@"\A127\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Ipv4();
}
