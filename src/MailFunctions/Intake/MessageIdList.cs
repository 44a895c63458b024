using System.Text;

namespace MailFunctions.Intake;

/// <summary>
/// Reads References and In-Reply-To as somebody copied them from a mail: in several lines, with tabs, with nothing between the
/// ids (RFC 5322 section 3.6.4 asks for nothing), and with ids that have no <c>@</c>, as some programs write them.
/// </summary>
internal static class MessageIdList
{
    /// <param name="line">The ids with a space between them; nothing of what stood between them gets into a mail.</param>
    public static bool TryRead(string text, out string line)
    {
        var ids = new StringBuilder(text.Length);
        for (var rest = text.AsSpan().Trim(" \t\r\n"); rest.Length > 0; rest = rest.TrimStart(" \t\r\n"))
        {
            var end = rest.IndexOf('>');
            if (end < 0 || !IsId(rest[..(end + 1)]))
            {
                line = "";
                return false;
            }

            ids.Append(ids.Length == 0 ? "" : " ").Append(rest[..(end + 1)]);
            rest = rest[(end + 1)..];
        }

        line = ids.ToString();
        return true;
    }

    private static bool IsId(ReadOnlySpan<char> id) =>
        id.Length > 2
        && id[0] == '<'
        && id.Length <= EmailLimits.HeaderWordBytes
        && !id[1..^1].ContainsAnyExceptInRange('!', '~')
        && !id[1..^1].Contains('<');
}
