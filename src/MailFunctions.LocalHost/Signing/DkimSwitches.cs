using System.Globalization;

namespace MailFunctions.LocalHost.Signing;

/// <summary>The command line after <c>dkim</c>.</summary>
/// <param name="RsaBits">Null for an Ed25519 key.</param>
internal sealed record DkimSwitches(string Domain, string Selector, int? RsaBits)
{
    public const string Usage = """
        Makes a key to sign mail with (docs/deliverability.md): the settings, with the private key, and the record for DNS.
        It is stored nowhere.

          dkim DOMAIN           a key for mail from that domain
            --selector NAME     the name of the key (default: s and the date, as s20261201)
            --bits N            the size of an RSA key, 2048 to 4096 (default: 2048)
            --ed25519           an Ed25519 key, to be used beside an RSA key
        """;

    private const string DefaultBits = "2048";

    /// <param name="arguments">The arguments after <c>dkim</c>.</param>
    /// <exception cref="CannotStartException">The arguments are invalid.</exception>
    public static DkimSwitches Parse(IReadOnlyList<string> arguments, DateTimeOffset now)
    {
        string? domain = null, bits = null, selector = null;
        var isEd25519 = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var left, var right] ? (left, right) : (arguments[i], null);
            switch (name)
            {
                case "--selector":
                    selector = value ?? Next();
                    break;
                case "--bits":
                    bits = value ?? Next();
                    break;
                case "--ed25519" when value is null:
                    isEd25519 = true;
                    break;
                case var text when domain is null && !text.StartsWith('-'):
                    domain = text;
                    break;
                default:
                    throw new CannotStartException($"{arguments[i]} is not a switch of dkim; 'dkim --help' lists them.");
            }

            string Next() => ++i < arguments.Count ? arguments[i] : throw new CannotStartException($"{name} needs a value.");
        }

        if (domain is null)
            throw new CannotStartException("dkim needs the domain that signs, such as example.com.");
        if (isEd25519 && bits is not null)
            throw new CannotStartException("--bits is the size of an RSA key; an Ed25519 key has one size.");
        if (!int.TryParse(bits ?? DefaultBits, NumberStyles.None, CultureInfo.InvariantCulture, out var size))
            throw new CannotStartException("--bits needs a number.");
        return new DkimSwitches(domain, selector ?? now.ToString("'s'yyyyMMdd", CultureInfo.InvariantCulture), isEd25519 ? null : size);
    }
}
