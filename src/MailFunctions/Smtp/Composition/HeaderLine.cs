using System.Text;
using MimeKit;

namespace MailFunctions.Smtp.Composition;

/// <summary>Writes header fields in ASCII and in lines that every relay accepts; they read back as the value that was written.</summary>
internal static class HeaderLine
{
    /// <summary>The most octets of a line, without its end (RFC 5322 section 2.1.1).</summary>
    public const int MaxLine = 998;

    /// <summary>The recommended most octets of a line, without its end (RFC 5322 section 2.1.1).</summary>
    private const int PreferredLine = 78;

    private const string Fold = "\r\n";

    public static Header Of(string name, string value)
    {
        var header = new Header(Encoding.UTF8, name, "");
        header.SetRawValue(Encoding.ASCII.GetBytes(
            (StructuredFields.Has(name) ? Structured(name, value) : Unstructured(name, value)) ?? $" {EncodedWords.Of(value, Fold + " ")}{Fold}"));
        return header;
    }

    /// <summary>
    /// Returns the length of the longest word of a value in its field, once it is in ASCII; 0 where no part of
    /// it must stay in one word.
    /// </summary>
    public static int LongestWord(string name, string value) =>
        StructuredFields.Has(name) && StructuredFields.TryEncode(name, value, out var encoded, out _) ? encoded.Split(' ').Max(word => word.Length) : 0;

    /// <returns>Null when it can only be encoded whole: a value that programs cannot read is harmless.</returns>
    private static string? Structured(string name, string value) =>
        StructuredFields.TryEncode(name, value.Trim(' '), out var encoded, out _) && encoded.Length > 0 && encoded.All(c => c is >= ' ' and < '\x7F')
            ? FoldPlain(name, encoded) ?? FoldPlain(name, string.Join(' ', encoded.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            : null;

    private static string? Unstructured(string name, string value)
    {
        // MimeKit would also encode long words of ASCII, and programs that read links and tokens do not decode them.
        if (IsPlain(value))
            return FoldPlain(name, value);
        if (value.Any(char.IsControl))
            return null;

        var header = new Header(Encoding.UTF8, name, value);
        return Ascii.IsValid(header.RawValue) && ReadsBackAs(header, value) && Encoding.ASCII.GetString(header.RawValue) is var raw && Fits(name, raw) ? raw : null;
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
    /// <returns>Null when a word, or a run of spaces, is too long for a line.</returns>
    private static string? FoldPlain(string name, string value)
    {
        var folded = new StringBuilder();
        var line = name.Length + 1;
        foreach (var word in value.Split(' '))
        {
            var breaks = line + 1 + word.Length > PreferredLine && word.Length > 0 && folded.Length > 0;
            folded.Append(breaks ? Fold : "").Append(' ').Append(word);
            line = breaks ? 1 + word.Length : line + 1 + word.Length;
        }

        return folded.Append(Fold).ToString() is var whole && Fits(name, whole) ? whole : null;
    }

    private static bool Fits(string name, string raw) =>
        raw.Split(Fold).Index().All(line => line.Item.Length + (line.Index == 0 ? name.Length + 1 : 0) <= MaxLine);
}
