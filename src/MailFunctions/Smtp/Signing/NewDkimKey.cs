using System.Security.Cryptography;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Signing;

/// <summary>A key that was just made, with its record in DNS.</summary>
/// <param name="Domain">The domain that signs, in lower-case ASCII.</param>
/// <param name="PrivateKey">The value of the setting <c>Key</c>: PKCS #8 as DER in base64.</param>
/// <param name="RecordName">The full name of the TXT record.</param>
/// <param name="RecordText">The text of the record. Strings of a TXT record have at most 255 octets: <see cref="RecordStrings"/>.</param>
public sealed record NewDkimKey(string Domain, string Selector, string PrivateKey, string RecordName, string RecordText)
{
    /// <summary>PKCS #8 of an Ed25519 key, before its 32 octets (RFC 8410 section 7).</summary>
    private static ReadOnlySpan<byte> Ed25519Frame => [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

    /// <summary>The text in strings of at most 255 octets (RFC 1035 section 3.3), which verifiers join again (RFC 6376 section 3.6.2.2).</summary>
    public IReadOnlyList<string> RecordStrings => [.. RecordText.Chunk(255).Select(piece => new string(piece))];

    /// <summary>Returns the name of the record alone: the text of a record type would have the private key.</summary>
    public override string ToString() => RecordName;

    /// <param name="rsaBits">The size of an RSA key; null for an Ed25519 key.</param>
    /// <exception cref="ArgumentException">The names or the size cannot be used; the message is for a person.</exception>
    public static NewDkimKey Make(string domain, string selector, int? rsaBits)
    {
        if (!MailDomain.TryParse(domain, out var name, out var fault))
            throw new ArgumentException($"'{domain}' {fault}.");
        if (!SigningDomain.IsSelector(selector))
            throw new ArgumentException($"'{selector}' {SigningDomain.NoSelector}.");
        if (rsaBits is not (null or (>= RsaKey.FewestBits and <= RsaKey.MostBits)))
            throw new ArgumentException(FormattableString.Invariant($"An RSA key has {RsaKey.FewestBits} to {RsaKey.MostBits} bits."));

        var text = Convert.ToBase64String(rsaBits is { } bits ? MakeRsa(bits) : [.. Ed25519Frame, .. RandomNumberGenerator.GetBytes(32)]);
        var key = DkimKeyReader.Read(selector, text, out _) ?? throw new InvalidOperationException("A key that was just made cannot be read.");
        return new NewDkimKey(name, selector, text, new SigningDomain(name, [key]).RecordName(key), key.Record);
    }

    private static byte[] MakeRsa(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportPkcs8PrivateKey();
    }
}
