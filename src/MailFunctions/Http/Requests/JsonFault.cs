using System.Globalization;
using System.Text.Json;

namespace MailFunctions.Http.Requests;

/// <summary>Explains invalid JSON to its author: parts of the reader's own messages address the programmer who uses the reader.</summary>
internal static class JsonFault
{
    private const int MaxChars = 200;

    /// <summary>Words that mark sentences about the reader's options and its own position count.</summary>
    private static readonly string[] OfTheReader = ["reader options", "in this mode", "LineNumber:", "BytePositionInLine:", "Path:", "Utf8JsonReader", "JsonSerializer"];

    public static string Of(JsonException fault)
    {
        if (fault.Message.Contains("trailing comma", StringComparison.Ordinal))
            return "A comma stands before the end of an object or an array, which JSON does not allow (RFC 8259 sections 4 and 5).";
        if (fault.Message.Contains("configured depth", StringComparison.Ordinal))
            return string.Create(CultureInfo.InvariantCulture, $"Objects and arrays are within each other to a depth of more than {RequestLimits.JsonDepth}.");

        var told = string.Join(' ', Sentences(fault.Message).Where(sentence => !OfTheReader.Any(word => sentence.Contains(word, StringComparison.Ordinal))));
        return told.Length == 0 ? "This is no JSON." : told.Length > MaxChars ? told[..MaxChars] + "…" : told;
    }

    /// <summary>Splits a text into sentences with their full stops; a stop within quotes does not end one.</summary>
    private static IEnumerable<string> Sentences(string text)
    {
        var begin = 0;
        for (var end = text.IndexOf(". ", StringComparison.Ordinal); end >= 0; end = text.IndexOf(". ", begin, StringComparison.Ordinal))
        {
            yield return text[begin..(end + 1)];
            begin = end + 2;
        }

        yield return text[begin..];
    }
}
