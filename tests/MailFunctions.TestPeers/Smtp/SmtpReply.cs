using System.Globalization;
using System.Text;

namespace MailFunctions.TestPeers.Smtp;

internal static class SmtpReply
{
    /// <summary>RFC 5321 section 4.2.1: a hyphen after the code on all lines but the last.</summary>
    public static string Format(int code, IReadOnlyList<string> lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{code}{(i < lines.Count - 1 ? '-' : ' ')}{lines[i]}\r\n");
        return text.ToString();
    }

    /// <summary>The code of the first line; 0 when the octets do not begin with three digits.</summary>
    public static int Code(ReadOnlySpan<byte> reply) =>
        reply.Length >= 3 && int.TryParse(reply[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : 0;
}
