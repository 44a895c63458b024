using System.Text;
using MimeKit;

namespace MailFunctions.Composition;

/// <summary>Header fields that read back as what was written.</summary>
internal static class HeaderLine
{
    /// <summary>What a line should have at most, without its end (RFC 5322 section 2.1.1).</summary>
    private const int PreferredLine = 78;

    private const string Fold = "\r\n";

    public static Header Of(string name, string value)
    {
        var header = new Header(Encoding.UTF8, name, value);

        // MimeKit encodes long words of ASCII too, and those who read ids, links and tokens do not decode them.
        if (IsPlain(value))
            header.SetRawValue(Encoding.ASCII.GetBytes(FoldPlain(name, value)));
        else if (!ReadsBackAs(header, value))
            header.SetRawValue(Encoding.ASCII.GetBytes($" {EncodedWords.Of(value, Fold + " ")}{Fold}"));

        return header;
    }

    private static bool IsPlain(string value) =>
        value.Length > 0
        && value[0] != ' '
        && value[^1] != ' '
        && value.All(c => c is >= ' ' and < '\x7F')
        && !value.Contains("=?", StringComparison.Ordinal);

    private static bool ReadsBackAs(Header header, string value)
    {
        byte[] line = [.. Encoding.ASCII.GetBytes($"{header.Field}:"), .. header.RawValue];
        return Header.TryParse(line, out var read) && read.Value == value;
    }

    /// <summary>Breaks lines before the last of the spaces between two words (RFC 5322 section 2.2.3), so that no line is only spaces.</summary>
    private static string FoldPlain(string name, string value)
    {
        var folded = new StringBuilder();
        var line = name.Length + 1;
        foreach (var word in value.Split(' '))
        {
            var breaks = line + 1 + word.Length > PreferredLine && word.Length > 0 && folded.Length > 0;
            folded.Append(breaks ? Fold : "").Append(' ').Append(word);
            line = breaks ? 1 + word.Length : line + 1 + word.Length;
        }

        return folded.Append(Fold).ToString();
    }
}
