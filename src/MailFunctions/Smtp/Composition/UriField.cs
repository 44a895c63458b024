using System.Text;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Composition;

/// <summary>
/// Encodes fields of URIs in angle brackets, with comments (RFC 2369 section 2): text beyond ASCII becomes a URI, or an
/// encoded word in a comment.
/// </summary>
internal static class UriField
{
    /// <returns>The value in ASCII, or why it cannot be encoded.</returns>
    public static (string? Encoded, string? Fault) Encode(string value)
    {
        var written = new StringBuilder(value.Length * 2);
        for (var i = 0; i < value.Length;)
        {
            var end = value[i] switch
            {
                '<' => value.IndexOf('>', i) + 1,
                '(' => EndOfComment(value, i),
                _ => value.AsSpan(i + 1).IndexOfAny('<', '(') is var next and >= 0 ? i + 1 + next : value.Length,
            };
            if (end == 0)
                return (null, "has an angle bracket or a parenthesis that is not closed");

            var part = value[i..end];
            if (Ascii.IsValid(part))
                written.Append(part);
            else if (part[0] == '(')
                written.Append('(').Append(EncodedWords.Of(part[1..^1], " ")).Append(')');
            else if (part[0] != '<')
                return (null, "holds characters beyond ASCII outside of its angle brackets, where no program reads them");
            else if (ToUri(part[1..^1].Trim()) is { } uri)
                written.Append('<').Append(uri).Append('>');
            else
                return (null, "has in angle brackets what is no URI with a valid domain, such as https://example.com/leave or mailto:leave@example.com");
            i = end;
        }

        return (written.ToString(), null);
    }

    /// <summary>Converts an IRI to a URI (RFC 3987 section 3.1), with the domain in its DNS form.</summary>
    private static string? ToUri(string iri)
    {
        var colon = iri.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !char.IsAsciiLetter(iri[0]) || !iri[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
            return null;

        var (scheme, rest) = (iri[..(colon + 1)], iri[(colon + 1)..]);
        if (scheme.Equals("mailto:", StringComparison.OrdinalIgnoreCase))
            return ToMailto(rest) is { } mailto ? scheme + mailto : null;
        if (!rest.StartsWith("//", StringComparison.Ordinal))
            return scheme + Percent(rest);

        var end = rest.AsSpan(2).IndexOfAny('/', '?', '#') is var path and >= 0 ? path + 2 : rest.Length;
        var host = rest.LastIndexOf('@', end - 1, end - 2) is var at and >= 0 ? at + 1 : 2;
        var port = rest.LastIndexOf(':', end - 1, end - host) is var last and >= 0 ? last : end;
        return ToDomain(rest[host..port]) is { } domain ? scheme + Percent(rest[..host]) + domain + Percent(rest[port..]) : null;
    }

    /// <summary>RFC 6068 section 2: addresses separated by commas, then fields.</summary>
    private static string? ToMailto(string rest)
    {
        var fields = rest.IndexOf('?', StringComparison.Ordinal) is var mark and >= 0 ? mark : rest.Length;
        var written = new List<string>();
        foreach (var address in rest[..fields].Split(','))
        {
            var at = address.LastIndexOf('@');
            if (ToDomain(address[(at + 1)..]) is not { } domain)
                return null;
            written.Add(Percent(address[..(at + 1)]) + domain);
        }

        return string.Join(',', written) + Percent(rest[fields..]);
    }

    private static string? ToDomain(string text) => Ascii.IsValid(text) ? Percent(text) : MailDomain.TryParse(text, out var domain, out _) ? domain : null;

    private static string Percent(string text)
    {
        var written = new StringBuilder(text.Length);
        Span<byte> utf8 = stackalloc byte[4];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is > ' ' and < '\x7F')
            {
                written.Append((char)rune.Value);
                continue;
            }

            foreach (var octet in utf8[..rune.EncodeToUtf8(utf8)])
                written.Append('%').Append(Convert.ToHexString([octet]));
        }

        return written.ToString();
    }

    /// <returns>The index after the closing parenthesis, or 0 when there is none.</returns>
    private static int EndOfComment(string value, int start)
    {
        for (int i = start, depth = 0; i < value.Length; i++)
        {
            if (value[i] == '\\')
                i++;
            else if (value[i] == '(')
                depth++;
            else if (value[i] == ')' && --depth == 0)
                return i + 1;
        }

        return 0;
    }
}
