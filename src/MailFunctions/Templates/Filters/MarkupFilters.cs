using System.Buffers;
using System.Text;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>
/// The filters that make or remove markup. Only characters with a meaning in HTML are escaped; letters of all scripts stay.
/// </summary>
internal static class MarkupFilters
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"'");

    /// <summary>The characters that a URL need not encode (RFC 3986 section 2.3).</summary>
    private static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    public static void Register(FilterCollection filters)
    {
        filters.AddFilter("escape", (input, _, _) => Escaped(input, text => Escape(text, once: false)));
        filters.AddFilter("escape_once", (input, _, _) => Escaped(input, text => Escape(text, once: true)));
        filters.AddFilter("strip_html", (input, _, _) => TextFilters.Change(input, StripHtml));
        filters.AddFilter("url_encode", (input, _, _) => TextFilters.Change(input, text => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal)));
    }

    /// <summary>Bounds the characters that escaping adds.</summary>
    public static long EscapeGrowth(ReadOnlySpan<char> text) => ("&quot;".Length - 1L) * text.CountAny(Special);

    /// <summary>Bounds the characters that URL encoding adds at any point of it: three are written for each octet of UTF-8.</summary>
    public static long UrlGrowth(ReadOnlySpan<char> text)
    {
        var growth = 0L;
        for (int at; (at = text.IndexOfAnyExcept(Unreserved)) >= 0; text = text[(at + 1)..])
            growth += text[at] < 0x80 ? 2 : text[at] < 0x800 ? 5 : 8;
        return growth;
    }

    private static ValueTask<FluidValue> Escaped(FluidValue input, Func<string, string> escape) =>
        input.IsNil() ? input : new StringValue(escape(input.ToStringValue()), encode: false);

    /// <param name="once">Leaves an ampersand that begins an entity as it is.</param>
    private static string Escape(string text, bool once)
    {
        var result = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        for (int at; (at = rest.IndexOfAny(Special)) >= 0; rest = rest[(at + 1)..])
            result.Append(rest[..at]).Append(once && BeginsEntity(rest[at..]) ? "&" : Entity(rest[at]));
        return result.Append(rest).ToString();
    }

    /// <summary>Detects an entity. Its name has a bounded length, so escaping takes linear time.</summary>
    private static bool BeginsEntity(ReadOnlySpan<char> text)
    {
        if (text is not ['&', ..])
            return false;
        var isNumber = text is [_, '#', ..];
        var name = text[(isNumber ? 2 : 1)..];
        var most = isNumber ? 10 : 32;
        name = name[..Math.Min(name.Length, most + 1)];
        if (name.IndexOf(';') is not (> 0 and var end))
            return false;
        foreach (var c in name[..end])
        {
            if (!(isNumber ? char.IsAsciiDigit(c) : char.IsAsciiLetter(c)))
                return false;
        }

        return true;
    }

    private static string Entity(char special) => special switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        _ => "&#39;",
    };

    /// <summary>
    /// Removes every tag, and scripts, styles and comments with their content. Of an unclosed one only the tag is removed; text
    /// from a <c>&lt;</c> without a <c>&gt;</c> after it stays.
    /// </summary>
    /// <remarks>Takes one pass: a missing end is searched for only once.</remarks>
    private static string StripHtml(string html)
    {
        var result = new StringBuilder(html.Length);
        var (unclosedScript, unclosedStyle, unclosedComment) = (false, false, false);
        var at = 0;
        while (html.IndexOf('<', at) is >= 0 and var open)
        {
            result.Append(html, at, open - at);
            var end = Block("<script", "</script>", ref unclosedScript);
            end = end < 0 ? Block("<style", "</style>", ref unclosedStyle) : end;
            end = end < 0 ? Block("<!--", "-->", ref unclosedComment) : end;
            end = end < 0 ? html.IndexOf('>', open) + 1 : end;
            if (end == 0)
                return result.Append(html, open, html.Length - open).ToString();
            at = end;

            int Block(string start, string close, ref bool isUnclosed)
            {
                if (isUnclosed || string.Compare(html, open, start, 0, start.Length, StringComparison.OrdinalIgnoreCase) != 0)
                    return -1;
                var closed = html.IndexOf(close, open + start.Length, StringComparison.OrdinalIgnoreCase);
                isUnclosed = closed < 0;
                return isUnclosed ? -1 : closed + close.Length;
            }
        }

        return result.Append(html, at, html.Length - at).ToString();
    }
}
