using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace MailFunctions.Keys;

/// <summary>IP addresses and networks in CIDR notation (RFC 4632, RFC 4291 section 2.3).</summary>
internal static class Network
{
    /// <summary>Reads a network, or one address as the network that holds it alone.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPNetwork? network)
    {
        network = text.Contains('/', StringComparison.Ordinal)
            ? IPNetwork.TryParse(text, out var read) && IsBase(text, read) ? read : null
            : IPAddress.TryParse(text, out var address) ? new IPNetwork(Plain(address), BitsOf(Plain(address))) : null;
        return network is not null && !network.Value.BaseAddress.IsIPv4MappedToIPv6;
    }

    public static IPNetwork Parse(string text) =>
        TryParse(text, out var network) ? network.Value : throw new InvalidDataException($"The network '{text}' of an API key cannot be read.");

    public static bool Contains(IPNetwork outer, IPNetwork inner) =>
        outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    /// <summary>Returns an IPv4 address that is written as an IPv6 address (RFC 4291 section 2.5.5.2) in its own form.</summary>
    public static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Tests that no bit beyond the prefix is set: the parser clears them, and a slip would go unnoticed.</summary>
    private static bool IsBase(string text, IPNetwork network) =>
        IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/', StringComparison.Ordinal)), out var address) && address.Equals(network.BaseAddress);

    private static int BitsOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
}
