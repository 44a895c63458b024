using System.Net;
using System.Net.Sockets;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Keys.Audit;

/// <summary>Names callers and their networks in the audit trail.</summary>
internal static class CallerNames
{
    private const int NetworkBits = 24;
    private const int NetworkBitsOfSix = 48;

    /// <summary>Returns the kind of the caller and the identity within it, such as <c>key:abc</c>.</summary>
    public static async Task<string> WhoAsync(this Caller caller, CancellationToken cancellationToken)
    {
        var kind = caller.Kind switch
        {
            CallerKind.ApiKey => "key",
            CallerKind.FunctionKey => "function-key",
            CallerKind.Entra => "entra",
            CallerKind.Operator => "operator",
            _ => throw new ArgumentOutOfRangeException(nameof(caller)),
        };
        return $"{kind}:{await caller.IdentityAsync(cancellationToken)}";
    }

    /// <summary>Returns the network of a client: /24 of IPv4 and /48 of IPv6, which name no single household.</summary>
    public static string? NetworkOf(IPAddress? client)
    {
        if (client is null)
            return null;
        var plain = Network.Plain(client);
        var bits = plain.AddressFamily == AddressFamily.InterNetwork ? NetworkBits : NetworkBitsOfSix;
        var octets = plain.GetAddressBytes();
        Array.Clear(octets, bits / 8, octets.Length - (bits / 8));
        return $"{new IPAddress(octets)}/{bits}";
    }
}
