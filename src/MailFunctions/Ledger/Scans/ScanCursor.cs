using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>
/// Where a list goes on. Ids only ever get lower on the way, and new mail has higher ones, so what was listed is not
/// listed again, and what was there before the first page is met, however much arrives meanwhile.
/// </summary>
/// <param name="Before">The last id that was listed, or the lower end of what was looked through: lower ids follow.</param>
/// <param name="From">Where the list ends, as the first page had it; whole milliseconds.</param>
/// <param name="Width">How dense the mail lies here.</param>
internal sealed record ScanCursor(EmailId Before, DateTimeOffset From, ScanWidth Width)
{
    /// <summary>Says what kind of cursor follows, and how it is written.</summary>
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
