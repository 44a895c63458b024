using System.Globalization;
using System.Text;
using MailFunctions.Smtp.Replies;

namespace MailFunctions.Smtp.Wire;

/// <summary>One complete reply (RFC 5321 section 4.2).</summary>
/// <param name="Lines">The text after the code on each line, without control characters; at least one.</param>
internal sealed record WireReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>All lines, joined as MailKit joins them.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>Returns the reply as it is sent over the wire, in the form of the RFC.</summary>
    public byte[] ToOctets()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Lines.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{Code:000}{(i < Lines.Count - 1 ? '-' : ' ')}{Lines[i]}\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Code:000} {ReplyRules.Tidy(Text)}");
}
