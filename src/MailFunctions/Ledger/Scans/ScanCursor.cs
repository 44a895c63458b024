using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>
/// The place where a list continues. Ids only get lower along the list, and new mail has higher ones. So no mail is listed
/// twice, and all mail that existed before the first page is reached, however much arrives meanwhile.
/// </summary>
/// <param name="Before">The last id listed, or the lower end of the ids scanned: lower ids follow.</param>
/// <param name="From">The end of the list, as set by the first page; whole milliseconds.</param>
/// <param name="Width">The width of the next look, which depends on the density of mail.</param>
internal sealed record ScanCursor(EmailId Before, DateTimeOffset From, ScanWidth Width)
{
    /// <summary>Identifies the kind of cursor and its encoding.</summary>
    private const byte Version = 1;

    private const int IdAt = 2;
    private const int FromAt = IdAt + 16;
    private const int Length = FromAt + 8;

    public static bool TryParse(string text, [NotNullWhen(true)] out ScanCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[Length];
        if (!CursorText.TryDecode(text, bytes))
            return false;
        var from = BinaryPrimitives.ReadInt64BigEndian(bytes[FromAt..]);
        if (bytes[0] != Version
            || bytes[1] > ScanWidth.MaxPower
            || from < 0
            || from > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            || !EmailId.TryParse(EmailId.Unpack(bytes[IdAt..FromAt].ToArray())[0].ToString(), out var before))
        {
            return false;
        }

        cursor = new ScanCursor(before, DateTimeOffset.FromUnixTimeMilliseconds(from), new ScanWidth(bytes[1]));
        return true;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        bytes[1] = (byte)Width.Power;
        EmailId.Pack([Before]).CopyTo(bytes[IdAt..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[FromAt..], From.ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString(bytes);
    }
}
