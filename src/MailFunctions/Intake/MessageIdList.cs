using System.Text;

namespace MailFunctions.Intake;

/// <summary>
/// Reads References and In-Reply-To as copied from a mail: in several lines, with tabs, without anything between the ids (RFC
/// 5322 section 3.6.4 requires nothing), and with ids without an <c>@</c>, as some programs write them.
/// </summary>
internal static class MessageIdList
{
    /// <param name="line">The ids separated by spaces; other separators do not get into a mail.</param>
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
