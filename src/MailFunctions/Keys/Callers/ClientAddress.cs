using System.Net;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Keys.Callers;

/// <summary>
/// Finds the address of a client. A client may write anything into <c>X-Forwarded-For</c>, so only the entries that proxies
/// of ours have added count: each adds the address of its own peer at the end.
/// </summary>
internal static class ClientAddress
{
    private const string ForwardedFor = "X-Forwarded-For";

    /// <param name="proxies">The number of proxies between the client and the app; 0 when clients connect to it.</param>
    /// <returns>An IPv4 address in its own form; null when it is not known.</returns>
    public static IPAddress? Of(HttpRequest request, int proxies)
    {
        var address = proxies == 0 ? request.HttpContext.Connection.RemoteIpAddress : Forwarded(request, proxies);
        return address is null ? null : Network.Plain(address);
    }

    private static IPAddress? Forwarded(HttpRequest request, int proxies)
    {
        // Several fields of one name are one list, in their order (RFC 9110 section 5.3).
        var entries = string.Join(',', request.Headers[ForwardedFor].AsEnumerable()).Split(',');
        return entries.Length >= proxies ? Parse(entries[^proxies].Trim()) : null;
    }

    /// <summary>Reads an address with or without a port: Azure's front end writes <c>192.0.2.1:50123</c>.</summary>
    private static IPAddress? Parse(string entry) => IPEndPoint.TryParse(entry, out var endPoint) && !uint.TryParse(entry, out _) ? endPoint.Address : null;
}
