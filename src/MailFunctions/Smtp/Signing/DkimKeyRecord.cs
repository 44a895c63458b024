using System.Security.Cryptography;
using MailFunctions.Dns;

namespace MailFunctions.Smtp.Signing;

/// <summary>The record of a public key (RFC 6376 section 3.6.1). Tags and their values differ by case (section 3.2).</summary>
/// <param name="KeyType">The tag <c>k=</c>; <c>rsa</c> without one.</param>
/// <param name="PublicKey">The tag <c>p=</c> without its white space; empty for a revoked key.</param>
/// <param name="Bits">The size of an RSA key; 0 for a key that is none, or cannot be read.</param>
/// <param name="Faults">What makes verifiers ignore the record, each a sentence.</param>
/// <param name="Remarks">What verifiers may hold against it.</param>
internal sealed record DkimKeyRecord(string KeyType, string? PublicKey, int Bits, bool IsTest, IReadOnlyList<string> Faults, IReadOnlyList<string> Remarks)
{
    /// <summary>The least that verifiers accept (RFC 8301 section 3.2).</summary>
    private const int FewestBits = 1024;

    private const int RecommendedBits = 2048;
    private const int Ed25519Octets = 32;

    /// <summary>Tests whether verifiers that find the record take signatures of a key for valid. A record in test mode is none.</summary>
    public bool Shows(DkimKey key) => !IsTest && Faults.Count == 0 && HasKey(key);

    public bool HasKey(DkimKey key) => KeyType == key.KeyType && key.IsShownAs(PublicKey ?? "");

    public static DkimKeyRecord Parse(string text)
    {
        var tags = TagList.Parse(text, isCaseSensitive: true);
        var (faults, remarks) = (new List<string>(tags.Faults), new List<string>());
        if (tags["v"] is { } version && (version != "DKIM1" || tags.Names[0] != "v"))
            faults.Add("The tag v is not DKIM1, or not the first.");
        var keyType = tags["k"] ?? "rsa";
        if (keyType is not ("rsa" or "ed25519"))
            faults.Add($"The tag k is {keyType}, which verifiers do not know: there are rsa and ed25519.");
        if (tags["h"] is { } hashes && !ListOf(hashes).Contains("sha256"))
            faults.Add($"The tag h allows {hashes} alone, and signatures are made with sha256.");
        if (tags["s"] is { } services && !ListOf(services).Any(service => service is "*" or "email"))
            faults.Add($"The tag s is {services}: the key is not for e-mail.");
        var flags = ListOf(tags["t"] ?? "");
        if (flags.Contains("y"))
            remarks.Add("The tag t=y says that the domain tests DKIM: verifiers treat its mail as unsigned.");

        var key = tags["p"] is { } value ? string.Concat(value.Where(c => !char.IsWhiteSpace(c))) : null;
        if (key is null)
            faults.Add("The tag p is missing: there is no key.");
        else if (key.Length == 0)
            faults.Add("The tag p is empty: the key is revoked.");
        var bits = key is { Length: > 0 } ? BitsOf(key, keyType, faults) : 0;
        if (bits is > 0 and < FewestBits)
            faults.Add(FormattableString.Invariant($"The key has {bits} bits: verifiers ignore less than {FewestBits}."));
        else if (bits is > 0 and < RecommendedBits)
            remarks.Add(FormattableString.Invariant($"The key has {bits} bits: {RecommendedBits} are recommended."));
        return new DkimKeyRecord(keyType, key, bits, flags.Contains("y"), faults, remarks);
    }

    /// <summary>Reads a key as verifiers do; RSA as SubjectPublicKeyInfo, or bare as RFC 6376 has it.</summary>
    private static int BitsOf(string key, string keyType, List<string> faults)
    {
        var octets = new byte[key.Length];
        if (!Convert.TryFromBase64String(key, octets, out var length))
        {
            faults.Add("The tag p is no base64.");
            return 0;
        }
        if (keyType == "ed25519")
        {
            if (length != Ed25519Octets)
                faults.Add(FormattableString.Invariant($"The tag p has {length} octets, and a key of Ed25519 has {Ed25519Octets}."));
            return 0;
        }

        using var rsa = RSA.Create();
        try
        {
            rsa.ImportSubjectPublicKeyInfo(octets.AsSpan(0, length), out _);
            return rsa.KeySize;
        }
        catch (CryptographicException)
        {
            return BareBitsOf(rsa, octets.AsSpan(0, length), faults);
        }
    }

    private static int BareBitsOf(RSA rsa, ReadOnlySpan<byte> octets, List<string> faults)
    {
        try
        {
            rsa.ImportRSAPublicKey(octets, out _);
            return rsa.KeySize;
        }
        catch (CryptographicException)
        {
            faults.Add("The tag p is no RSA key.");
            return 0;
        }
    }

    private static IReadOnlyList<string> ListOf(string value) => value.Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
