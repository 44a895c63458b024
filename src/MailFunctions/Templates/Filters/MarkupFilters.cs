using System.Text;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>The filters that make or take markup: only what means something to HTML is escaped, letters of all scripts stay.</summary>
internal static partial class MarkupFilters
{
    public static void Register(FilterCollection filters)
    {
        filters.AddFilter("escape", (input, _, _) => Escaped(input, text => Special().Replace(text, Entity)));
        filters.AddFilter("escape_once", (input, _, _) => Escaped(input, text => SpecialOnce().Replace(text, Entity)));
        filters.AddFilter("strip_html", (input, _, _) => TextFilters.Change(input, StripHtml));
        filters.AddFilter("url_encode", (input, _, _) => TextFilters.Change(input, text => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal)));
    }

    private static ValueTask<FluidValue> Escaped(FluidValue input, Func<string, string> escape) =>
        input.IsNil() ? input : new StringValue(escape(input.ToStringValue()), encode: false);

    private static string Entity(Match match) => match.ValueSpan[0] switch
    {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        _ => "&#39;",
    };

    /// <summary>Leaves out scripts, styles and comments with what is in them, and every tag. What is never closed is text.</summary>
    /// <remarks>One pass: that something is not closed is found out once.</remarks>
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

    [GeneratedRegex("[&<>\"']")]
    private static partial Regex Special();

    /// <summary>An ampersand that begins an entity is escaped already. An entity's name has a length, so that this takes linear time.</summary>
    [GeneratedRegex("[<>\"']|&(?!(?:[a-zA-Z]{1,32}|#[0-9]{1,10});)")]
    private static partial Regex SpecialOnce();
}
