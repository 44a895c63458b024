using System.Net;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Relays;

/// <summary>The traits of a relay that receivers see when they evaluate SPF (RFC 7208).</summary>
/// <param name="Include">The domain that a sender's record has to include, as the relay's operator documents it; null when unknown.</param>
/// <param name="Addresses">The addresses that the relay sends from; empty when unknown. A submission host seldom sends by itself.</param>
/// <param name="ReplacesEnvelope">True for a service that puts a domain of its own in place of the envelope's sender, unless told otherwise.</param>
internal sealed record RelaySpf(string? Include, IReadOnlyList<IPAddress> Addresses, bool ReplacesEnvelope)
{
    private const int MostAddresses = 20;

    public static RelaySpf Unknown { get; } = new(null, [], false);

    /// <param name="host">The host of the relay: the parts of a service in other countries have other domains.</param>
    /// <param name="fault">Receives the setting and what it takes.</param>
    /// <returns>Null when a setting is wrong.</returns>
    public static RelaySpf? Read(RelayOptions options, RelayPreset? preset, string host, out (string Setting, string Takes) fault)
    {
        fault = default;
        var include = preset?.SpfIncludeOf?.Invoke(host);
        if (options.SpfInclude is { Length: > 0 } own)
        {
            // A name below an underscore is no host name.
            if (!MailDomain.TryParse(own.Replace("_", "", StringComparison.Ordinal), out _, out _) || own.Any(c => !char.IsAscii(c)))
            {
                fault = (nameof(RelayOptions.SpfInclude), "a domain, such as spf.example.net");
                return null;
            }
            include = own.ToLowerInvariant();
        }

        var addresses = new List<IPAddress>();
        foreach (var entry in (options.SendingAddresses ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPAddress.TryParse(entry, out var address) || addresses.Count == MostAddresses)
            {
                fault = (nameof(RelayOptions.SendingAddresses), FormattableString.Invariant($"up to {MostAddresses} IP addresses, separated by commas"));
                return null;
            }
            addresses.Add(address);
        }
        return new RelaySpf(include, addresses, preset?.ReplacesEnvelope == true);
    }
}
