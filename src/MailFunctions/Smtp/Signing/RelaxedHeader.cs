using System.Security.Cryptography;
using System.Text;

namespace MailFunctions.Smtp.Signing;

/// <summary>Hashes header fields in the canonical form "relaxed" (RFC 6376 section 3.4.2).</summary>
internal static class RelaxedHeader
{
    public static void Append(IncrementalHash hash, string name, ReadOnlySpan<byte> value, bool endsLine)
    {
        // Name, colon and line end take four octets beyond the value at most, which only becomes shorter.
        var canonical = new byte[name.Length + value.Length + 3];
        var length = Encoding.ASCII.GetBytes(name.ToLowerInvariant(), canonical);
        canonical[length++] = (byte)':';
        var start = length;
        var space = false;
        foreach (var octet in value)
        {
            if (octet is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                space = true;
                continue;
            }

            if (space && length > start)
                canonical[length++] = (byte)' ';
            space = false;
            canonical[length++] = octet;
        }

        hash.AppendData(canonical, 0, length);
        if (endsLine)
            hash.AppendData("\r\n"u8);
    }
}
