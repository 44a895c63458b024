using System.Diagnostics.CodeAnalysis;

namespace MailFunctions.TestPeers.Smtp;

/// <summary>The argument of MAIL or RCPT: <c>FROM:&lt;a@b.example&gt; SIZE=10 SMTPUTF8</c> (RFC 5321 section 4.1.2).</summary>
internal sealed record SmtpPath(string Address, IReadOnlyDictionary<string, string> Parameters)
{
    public static readonly IReadOnlyDictionary<string, string> NoParameters = new Dictionary<string, string>();

    public static bool TryParse(string argument, string keyword, [NotNullWhen(true)] out SmtpPath? path)
    {
        path = null;
        if (!argument.StartsWith(keyword + ":<", StringComparison.OrdinalIgnoreCase))
            return false;
        var start = keyword.Length + 2;
        var end = ClosingBracket(argument, start);
        if (end < 0)
            return false;

        var rest = argument[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        path = new SmtpPath(argument[start..end], rest.Length == 0 ? NoParameters : Parse(rest));
        return true;
    }

    /// <summary>A quoted local part may hold the bracket itself.</summary>
    private static int ClosingBracket(string text, int from)
    {
        var quoted = false;
        for (var i = from; i < text.Length; i++)
        {
            if (quoted && text[i] == '\\')
                i++;
            else if (text[i] == '"')
                quoted = !quoted;
            else if (text[i] == '>' && !quoted)
                return i;
        }

        return -1;
    }

    private static Dictionary<string, string> Parse(string[] parameters)
    {
        var parsed = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in parameters)
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            parsed[equals < 0 ? parameter : parameter[..equals]] = equals < 0 ? "" : parameter[(equals + 1)..];
        }

        return parsed;
    }
}
