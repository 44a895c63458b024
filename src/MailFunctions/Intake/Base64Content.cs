using System.Buffers;
using System.Buffers.Text;

namespace MailFunctions.Intake;

/// <summary>
/// Decodes base64 in all common forms: either alphabet (RFC 4648 sections 4 and 5), with or without padding, in lines or in
/// one piece (RFC 2045 section 6.8).
/// </summary>
internal static class Base64Content
{
    private static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    private static readonly SearchValues<byte> OfUrls = SearchValues.Create("-_"u8);

    private static readonly SearchValues<byte> OfMail = SearchValues.Create("+/"u8);

    /// <summary>Returns the decoded length; approximate when the text is not base64.</summary>
    public static int SizeOf(ReadOnlySpan<byte> base64)
    {
        var digits = base64.Length - CountAny(base64, WhiteSpace) - Padding(base64);
        return (int)(digits * 3L / 4);
    }

    /// <returns>Null when the text is not base64.</returns>
    /// <param name="size">The result of <see cref="SizeOf"/>.</param>
    public static ReadOnlyMemory<byte>? Decode(ReadOnlySpan<byte> base64, int size)
    {
        if (base64.ContainsAny(OfUrls) || base64.Length % 4 != 0 || base64.ContainsAny(WhiteSpace))
            return DecodeCleaned(base64);

        var bytes = GC.AllocateUninitializedArray<byte>(size);
        return Base64.DecodeFromUtf8(base64, bytes, out _, out var written) == OperationStatus.Done && written == size ? bytes : (ReadOnlyMemory<byte>?)null;
    }

    /// <summary>Decodes a copy without line breaks, in the standard alphabet, with padding.</summary>
    private static ReadOnlyMemory<byte>? DecodeCleaned(ReadOnlySpan<byte> base64)
    {
        // A file with both alphabets was joined from two files, or is broken.
        if (base64.ContainsAny(OfUrls) && base64.ContainsAny(OfMail))
            return null;

        var cleaned = GC.AllocateUninitializedArray<byte>(base64.Length + 2);
        var length = 0;
        foreach (var octet in base64)
        {
            if (!WhiteSpace.Contains(octet))
                cleaned[length++] = octet switch { (byte)'-' => (byte)'+', (byte)'_' => (byte)'/', _ => octet };
        }

        // Incomplete padding is not completed: the text was cut off, and data may be missing too.
        if (length % 4 is 2 or 3 && cleaned[length - 1] != '=')
        {
            while (length % 4 != 0)
                cleaned[length++] = (byte)'=';
        }

        return Base64.DecodeFromUtf8InPlace(cleaned.AsSpan(0, length), out var written) == OperationStatus.Done ? cleaned.AsMemory(0, written) : (ReadOnlyMemory<byte>?)null;
    }

    private static int Padding(ReadOnlySpan<byte> base64)
    {
        var end = base64.LastIndexOfAnyExcept(WhiteSpace) + 1;
        return end > 0 && base64[end - 1] == '=' ? base64[..(end - 1)].LastIndexOfAnyExcept(WhiteSpace) is >= 0 and var before && base64[before] == '=' ? 2 : 1 : 0;
    }

    private static int CountAny(ReadOnlySpan<byte> text, SearchValues<byte> values)
    {
        var count = 0;
        for (var at = text.IndexOfAny(values); at >= 0; at = text.IndexOfAny(values))
        {
            count++;
            text = text[(at + 1)..];
        }

        return count;
    }
}
