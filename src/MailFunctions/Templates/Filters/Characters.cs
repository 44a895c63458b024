using System.Globalization;

namespace MailFunctions.Templates.Filters;

/// <summary>
/// Splits a text into the characters that a reader sees: extended grapheme clusters (UAX #29), so that no filter cuts an
/// emoji, or a letter and its accent, in two.
/// </summary>
internal static class Characters
{
    public static int Count(string text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; at += StringInfo.GetNextTextElementLength(text, at))
            count++;
        return count;
    }

    /// <summary>Finds the index after the first characters; the end of the text when there are no more.</summary>
    public static int IndexBehind(string text, int characters, int from = 0)
    {
        var at = from;
        for (var i = 0; i < characters && at < text.Length; i++)
            at += StringInfo.GetNextTextElementLength(text, at);
        return at;
    }

    /// <summary>Takes a part of a text; a negative start counts from the end (Ruby's <c>String#slice</c>).</summary>
    /// <returns>Empty when the start is outside of the text.</returns>
    public static string Slice(string text, int start, int length)
    {
        if (start < 0)
            start += Count(text);
        if (start < 0 || length <= 0)
            return "";
        var from = IndexBehind(text, start);
        return text[from..IndexBehind(text, length, from)];
    }

    public static IEnumerable<string> Of(string text)
    {
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = StringInfo.GetNextTextElementLength(text, at);
            yield return text.Substring(at, length);
        }
    }
}
