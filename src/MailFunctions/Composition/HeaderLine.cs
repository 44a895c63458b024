using System.Text;
using MimeKit;

namespace MailFunctions.Composition;

/// <summary>Unstructured header fields that read back as what was written.</summary>
internal static class HeaderLine
{
    /// <summary>Octets of text in one encoded word: with its frame it has 75 at most (RFC 2047 section 2).</summary>
    private const int MaxEncodedOctets = 45;

    public static Header Of(string name, string value)
    {
        var header = new Header(Encoding.UTF8, name, value);
        if (ReadsBackAs(header, value))
            return header;

        // The value looks like an encoded word itself, or begins or ends with spaces: then all of it is encoded.
        header.SetRawValue(EncodedWords(value));
        return header;
    }

    private static bool ReadsBackAs(Header header, string value)
    {
        byte[] line = [.. Encoding.ASCII.GetBytes($"{header.Field}:"), .. header.RawValue];
        return Header.TryParse(line, out var read) && read.Value == value;
    }

    private static byte[] EncodedWords(string value)
    {
        var line = new StringBuilder();
        var octets = new List<byte>(MaxEncodedOctets);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in value.EnumerateRunes())
        {
            var length = rune.EncodeToUtf8(utf8);
            if (octets.Count + length > MaxEncodedOctets)
                Flush();
            octets.AddRange(utf8[..length]);
        }

        Flush();
        return Encoding.ASCII.GetBytes(line.ToString());

        void Flush()
        {
            line.Append(" =?utf-8?B?").Append(Convert.ToBase64String([.. octets])).Append("?=\r\n");
            octets.Clear();
        }
    }
}
