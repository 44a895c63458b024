using System.Globalization;
using System.Security.Cryptography;
using MimeKit;

namespace MailFunctions.Smtp.Signing;

/// <summary>Makes the field DKIM-Signature (RFC 6376 section 3.5): relaxed in both forms, of the whole body, without an end.</summary>
/// <remarks>
/// MimeKit's own signer hashes the body itself, in memory and once for each signature, so that it cannot sign files that are
/// read while they are sent. Its result for other mail is the same, octet by octet.
/// </remarks>
internal static class DkimSignature
{
    public static Header Make(SigningDomain domain, DkimKey key, DateTimeOffset at, HeaderBlock header, IReadOnlyList<string> names, byte[] bodyHash)
    {
        var tags = string.Create(
            CultureInfo.InvariantCulture,
            $"v=1; a={key.Algorithm}; d={domain.Name}; s={key.Selector}; c=relaxed/relaxed; t={at.ToUnixTimeSeconds()}; h={string.Join(':', names)}; bh={Convert.ToBase64String(bodyHash)}; b=");
        var field = new Header(HeaderId.DkimSignature, tags);
        field.Value += Convert.ToBase64String(key.Sign(HashOf(header, names, field)));
        return field;
    }

    /// <summary>RFC 6376 section 3.7: the fields that are named, and last the signature's own without its result and its line end.</summary>
    private static byte[] HashOf(HeaderBlock header, IReadOnlyList<string> names, Header unsigned)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in header.Named(names))
            RelaxedHeader.Append(hash, name, value, endsLine: true);
        RelaxedHeader.Append(hash, unsigned.Field, unsigned.RawValue, endsLine: false);
        return hash.GetHashAndReset();
    }
}
