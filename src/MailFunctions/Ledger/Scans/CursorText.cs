using System.Buffers;
using System.Buffers.Text;

namespace MailFunctions.Ledger.Scans;

/// <summary>Decodes the text of a cursor: base64url without padding (RFC 4648 section 5).</summary>
internal static class CursorText
{
    /// <param name="bytes">The text must fill it exactly, or is refused.</param>
    public static bool TryDecode(string text, Span<byte> bytes) =>
        text.Length == Base64Url.GetEncodedLength(bytes.Length)
        && Base64Url.DecodeFromChars(text, bytes, out _, out var written) == OperationStatus.Done
        && written == bytes.Length;
}
