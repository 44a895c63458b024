using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace MailFunctions.Domains.Spf;

/// <summary>The values of the letters of macros in one mail (RFC 7208 section 7.2).</summary>
/// <param name="Sender">An address with a local part.</param>
/// <param name="Domain">The domain whose record is evaluated.</param>
/// <param name="ValidatedName">Finds the name of the client that DNS confirms, or <c>unknown</c>.</param>
internal sealed record MacroValues(IPAddress Client, string Sender, string Domain, string Helo, Func<string, Task<string>> ValidatedName)
{
    public async ValueTask<string> OfAsync(char letter) => letter switch
    {
        's' => Sender,
        'l' => Sender[..Sender.LastIndexOf('@')],
        'o' => Sender[(Sender.LastIndexOf('@') + 1)..],
        'd' => Domain,
        'i' => Dotted(Client),
        'p' => await ValidatedName(Domain),
        'v' => Client.AddressFamily == AddressFamily.InterNetwork ? "in-addr" : "ip6",
        _ => Helo,
    };

    private static string Dotted(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.ToString()
        : string.Join('.', address.GetAddressBytes().SelectMany(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));
}
