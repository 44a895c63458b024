using System.Formats.Asn1;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace MailFunctions.Smtp.Signing;

/// <summary>Reads a private key from a setting. Its faults contain nothing of the key.</summary>
internal static class DkimKeyReader
{
    private const string Takes = "it takes an RSA or Ed25519 private key, as PKCS #8 in PEM or its DER in base64";

    /// <param name="fault">Receives why the text is no key to sign with, as the rest of a sentence.</param>
    public static DkimKey? Read(string selector, string text, out string? fault)
    {
        var der = Decode(text.Trim().Trim('"', '\''), out fault);
        return der is null ? null : ReadDer(selector, der, out fault);
    }

    private static byte[]? Decode(string text, out string? fault)
    {
        fault = null;
        if (text.Contains("-----BEGIN", StringComparison.Ordinal))
            return DecodePem(text.Replace("\\r", "", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal), out fault);
        try
        {
            return Convert.FromBase64String(text.Replace("\\n", "", StringComparison.Ordinal));
        }
        catch (FormatException)
        {
            fault = $"cannot be read: {Takes}";
            return null;
        }
    }

    private static byte[]? DecodePem(string text, out string? fault)
    {
        if (!PemEncoding.TryFind(text, out var fields))
        {
            fault = $"is no complete PEM: {Takes}";
            return null;
        }

        var label = text[fields.Label];
        fault = label switch
        {
            "PRIVATE KEY" => null,
            "RSA PRIVATE KEY" when text.Contains("Proc-Type", StringComparison.Ordinal) => Encrypted,
            "RSA PRIVATE KEY" => null,
            "ENCRYPTED PRIVATE KEY" => Encrypted,
            "EC PRIVATE KEY" => $"is a key of an elliptic curve, which DKIM does not know: {Takes}",
            "PUBLIC KEY" or "RSA PUBLIC KEY" => Public,
            _ => $"is a PEM of the kind {Shown(label)}: {Takes}",
        };
        return fault is null ? Convert.FromBase64String(text[fields.Base64Data]) : null;
    }

    private static DkimKey? ReadDer(string selector, byte[] der, out string? fault)
    {
        fault = FaultOf(der);
        if (fault is not null)
            return null;
        try
        {
            using var rsa = RSA.Create();
            if (IsPkcs1(der))
                rsa.ImportRSAPrivateKey(der, out _);
            else if (PrivateKeyFactory.CreateKey(der) is Ed25519PrivateKeyParameters ed25519)
                return new Ed25519Key(selector, ed25519);
            else if (PrivateKeyFactory.CreateKey(der) is RsaKeyParameters)
                rsa.ImportPkcs8PrivateKey(der, out _);
            else
                return Refuse($"is a key of a kind that DKIM does not know, such as one of an elliptic curve: {Takes}", out fault);

            return rsa.KeySize is >= RsaKey.FewestBits and <= RsaKey.MostBits
                ? new RsaKey(selector, rsa)
                : Refuse(FormattableString.Invariant($"is an RSA key of {rsa.KeySize} bits: it takes {RsaKey.FewestBits} to {RsaKey.MostBits} (RFC 8301 section 3.2)"), out fault);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or ArgumentException or InvalidOperationException or GeneralSecurityException or CryptoException)
        {
            return Refuse($"cannot be read: {Takes}", out fault);
        }
    }

    /// <summary>Recognises other structures by what they begin with: PKCS #8 begins with its version.</summary>
    private static string? FaultOf(byte[] der)
    {
        try
        {
            var whole = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            if (whole.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
                return null;
            whole.ReadEncodedValue();
            return whole.PeekTag() is var next && next.HasSameClassAndValue(Asn1Tag.PrimitiveBitString) ? Public
                : next.HasSameClassAndValue(Asn1Tag.PrimitiveOctetString) ? Encrypted
                : $"is no private key: {Takes}";
        }
        catch (AsnContentException)
        {
            return $"cannot be read: {Takes}";
        }
    }

    /// <summary>PKCS #1 has a number where PKCS #8 names the algorithm.</summary>
    private static bool IsPkcs1(byte[] der)
    {
        var whole = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        whole.ReadEncodedValue();
        return whole.HasData && whole.PeekTag().HasSameClassAndValue(Asn1Tag.Integer);
    }

    private static DkimKey? Refuse(string why, out string? fault)
    {
        fault = why;
        return null;
    }

    private static string Public => $"is a public key, which belongs in DNS: {Takes}";

    private static string Encrypted => $"is encrypted, and there is no setting for a password: {Takes}";

    /// <summary>A label comes from a text that may be anything.</summary>
    private static string Shown(string label) => label.Length <= 40 && label.All(c => char.IsAsciiLetterUpper(c) || c is ' ' or (>= '0' and <= '9')) ? label : "unknown";
}
