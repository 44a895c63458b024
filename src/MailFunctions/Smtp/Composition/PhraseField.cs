using System.Globalization;
using System.Text;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Encodes fields that hold a phrase beside something that programs read: the phrase alone is encoded
/// (RFC 2047 section 5, rule 3).
/// </summary>
internal static class PhraseField
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Encodes mailboxes separated by commas (RFC 5322 section 3.4).</summary>
    /// <returns>The value in ASCII, or why it cannot be encoded.</returns>
    public static (string? Encoded, string? Fault) EncodeMailboxes(string value)
    {
        var written = new List<string>();
        foreach (var text in Split(value))
        {
            if (!AddressParser.TryParse(text, out var address, out var fault))
                return (null, $"must be addresses with commas between them; one of them {fault}");
            if (address.NeedsSmtpUtf8)
                return (null, "has an address with characters beyond ASCII before its @, which not every relay takes in a header");
            written.Add(address.DisplayName.Length == 0 ? address.Mailbox : $"{Phrase(address.DisplayName)} <{address.Mailbox}>");
        }

        return (string.Join(", ", written), null);
    }

    /// <summary>Encodes an optional phrase and an identifier in the form of a domain (RFC 2919 section 3).</summary>
    /// <inheritdoc cref="EncodeMailboxes"/>
    public static (string? Encoded, string? Fault) EncodeListId(string value)
    {
        var open = value.LastIndexOf('<');
        if (open < 0 || value[^1] != '>')
            return (null, "needs its identifier in angle brackets at the end, as in Weekly news <weekly.example.com>");

        var (phrase, id) = (value[..open].Trim(), value[(open + 1)..^1].Trim());
        var labels = new List<string>();
        foreach (var label in id.Split('.', '。', '．', '｡'))
        {
            if (ToLabel(label) is not { } written)
                return (null, "has an identifier that is not made like a domain, as in weekly.example.com");
            labels.Add(written);
        }

        return ((phrase.Length == 0 ? "" : Phrase(Unquote(phrase)) + " ") + $"<{string.Join('.', labels)}>", null);
    }

    public static string EncodePhrases(string value) => string.Join(", ", Split(value).Select(phrase => Phrase(Unquote(phrase))));

    private static string Phrase(string text)
    {
        if (!Ascii.IsValid(text) || text.Contains("=?", StringComparison.Ordinal))
            return EncodedWords.Of(text, " ");
        return text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_')
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>The platform reports an invalid label only by an exception.</summary>
    private static string? ToLabel(string label)
    {
        try
        {
            var written = Ascii.IsValid(label) ? label : Idn.GetAscii(label);
            return written.Length > 0 && written.All(c => c is > ' ' and < '\x7F' and not ('<' or '>')) ? written : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Unquote(string phrase)
    {
        if (phrase is not ['"', .. var quoted, '"'])
            return phrase;
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
            text.Append(quoted[i] == '\\' && i + 1 < quoted.Length ? quoted[++i] : quoted[i]);
        return text.ToString();
    }

    /// <summary>Splits at the commas that are not in quotes.</summary>
    private static IEnumerable<string> Split(string value)
    {
        var (start, quoted) = (0, false);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && quoted)
            {
                i++;
            }
            else if (value[i] == '"')
            {
                quoted = !quoted;
            }
            else if (value[i] == ',' && !quoted)
            {
                yield return value[start..i].Trim();
                start = i + 1;
            }
        }

        yield return value[start..].Trim();
    }
}
