namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Encodes text that a header cannot hold as it is (RFC 2047): all of it, so that no part of it is read as anything else.
/// </summary>
internal static class EncodedWords
{
    /// <summary>Octets of text in one encoded word: with its frame it has at most 75 (RFC 2047 section 2).</summary>
    private const int MaxOctets = 45;

    /// <param name="separator">White space between two words; readers drop it.</param>
    public static string Of(string text, string separator)
    {
        var words = new List<string>();
        var octets = new List<byte>(MaxOctets);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            // A character is never split across two words (RFC 2047 section 5).
            var length = rune.EncodeToUtf8(utf8);
            if (octets.Count + length > MaxOctets)
                words.Add(Word(octets));
            octets.AddRange(utf8[..length]);
        }

        words.Add(Word(octets));
        return string.Join(separator, words);
    }

    private static string Word(List<byte> octets)
    {
        var word = $"=?utf-8?B?{Convert.ToBase64String([.. octets])}?=";
        octets.Clear();
        return word;
    }
}
