using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MimeKit;

namespace MailFunctions.Smtp.Signing;

/// <summary>Makes the field DKIM-Signature (RFC 6376 section 3.5): relaxed in both forms, of the whole body, without an end.</summary>
/// <remarks>
/// MimeKit's own signer hashes the body itself, in memory and once for each signature, so that it cannot sign files that are
/// read while they are sent. Its result for other mail is the same, octet by octet.
/// </remarks>
internal static class DkimSignature
{
    private const int LineChars = 72;

    public static Header Make(SigningDomain domain, DkimKey key, DateTimeOffset at, HeaderBlock header, IReadOnlyList<string> names, byte[] bodyHash)
    {
        var tags = string.Create(
            CultureInfo.InvariantCulture,
            $"v=1; a={key.Algorithm}; d={domain.Name}; s={key.Selector}; c=relaxed/relaxed; t={at.ToUnixTimeSeconds()}; h={string.Join(':', names)}; bh={Convert.ToBase64String(bodyHash)}; b=");
        var field = new Header(HeaderId.DkimSignature, tags);
        var signature = key.Sign(HashOf(header, names, field));
        field.SetRawValue(WithResult(field.RawValue, Convert.ToBase64String(signature)));
        return field;
    }

    /// <summary>Adds the value of the last tag in lines that every relay takes; white space in it means nothing.</summary>
    /// <param name="unsigned">The field as it was hashed, with a line end.</param>
    private static byte[] WithResult(byte[] unsigned, string result)
    {
        var lines = result.Chunk(LineChars).Select(line => new string(line));
        return [.. unsigned.AsSpan().TrimEnd("\r\n"u8), .. Encoding.ASCII.GetBytes(string.Join("\r\n\t", lines) + "\r\n")];
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
