using System.Buffers;
using System.Text;

namespace MailFunctions.Storage;

/// <summary>
/// Checks what Azure takes as a partition key or a row key: at most 1 KiB of UTF-16, none of <c>/ \ # ?</c>, no control
/// character (U+0000 to U+001F, U+007F to U+009F); "Characters disallowed in key fields" of the Table service's
/// documentation. Half a surrogate pair cannot be written in UTF-8 either. Azurite accepts most invalid keys.
/// </summary>
internal static class TableKey
{
    /// <summary>UTF-16 code units: 1 KiB.</summary>
    public const int MaxChars = 512;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
        [.. "/\\#?", .. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code)]);

    /// <summary>True for a valid key. An invalid one names no row, so a reader need not send a request.</summary>
    public static bool IsValid(string? text) => text is not null && text.Length <= MaxChars && !text.AsSpan().ContainsAny(Forbidden) && IsWellFormed(text);

    /// <exception cref="ArgumentException">The text is no key; the message does not quote it.</exception>
    public static void Check(string? text, string table)
    {
        if (!IsValid(text))
            throw new ArgumentException($"A key for the table {table} is missing, has more than {MaxChars} characters, or one that Azure does not take.", nameof(text));
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        // Hardly any key has a surrogate.
        for (var at = text.IndexOfAnyInRange('\uD800', '\uDFFF'); at >= 0 && at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text[at..], out _, out var length) != OperationStatus.Done)
                return false;
            at += length;
        }

        return true;
    }
}
