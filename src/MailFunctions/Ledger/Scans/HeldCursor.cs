using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using MailFunctions.Mail;

namespace MailFunctions.Ledger.Scans;

/// <summary>The place where a list of mails on hold continues: after an entry of their index.</summary>
/// <param name="Key"><c>{ticks, newest first}-{id}</c>.</param>
internal sealed record HeldCursor(string Key)
{
    /// <summary>Identifies the kind of cursor and its encoding.</summary>
    private const byte Version = 2;

    private const int TickDigits = 19;
    private const int Length = 1 + TickDigits + 1 + 36;

    public static bool TryParse(string text, [NotNullWhen(true)] out HeldCursor? cursor)
    {
        cursor = null;
        Span<byte> bytes = stackalloc byte[Length];
        if (!CursorText.TryDecode(text, bytes) || bytes[0] != Version)
            return false;
        var key = Encoding.ASCII.GetString(bytes[1..Length]);
        if (!key.AsSpan(0, TickDigits).ContainsAnyExceptInRange('0', '9') && key[TickDigits] == '-' && EmailId.TryParse(key[(TickDigits + 1)..], out _))
            cursor = new HeldCursor(key);
        return cursor is not null;
    }

    public override string ToString() => Base64Url.EncodeToString([Version, .. Encoding.ASCII.GetBytes(Key)]);
}
