using System.Text;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>Checks, before a filter runs, the size of an output that may be larger than its input.</summary>
internal static class FilterGrowth
{
    /// <summary>The greatest length of a date format.</summary>
    private const int FormatChars = 100;

    public static void Check(string name, FluidValue input, FilterArguments arguments, RenderContext context)
    {
        switch (name)
        {
            case "replace":
                var (text, old, by) = (input.ToStringValue(), arguments.At(0).ToStringValue(), arguments.At(1).ToStringValue());
                if (old.Length == 0)
                    throw new ArgumentException("replace has nothing to look for");
                context.ChargeChars(Count(text, old) * by.Length);
                break;
            case "split":
                var separator = arguments.At(0).ToStringValue();
                RenderContext.CheckItems(Parts(input.ToStringValue(), separator));
                break;
            case "join" when input is ArrayValue list:
                context.ChargeChars((long)list.Values.Count * arguments.At(0).ToStringValue().Length);
                break;
            case "sort" or "sort_natural":
                // A sort compares each item with several others.
                context.ChargeChars(8 * ValueSize.Of(input));
                break;
            case "escape" or "escape_once":
                context.ChargeChars(MarkupFilters.EscapeGrowth(input.ToStringValue()));
                break;
            case "newline_to_br":
                context.ChargeChars("<br />".Length * (long)input.ToStringValue().Count('\n'));
                break;
            case "url_encode":
                context.ChargeChars(MarkupFilters.UrlGrowth(input.ToStringValue()));
                break;
            case "base64_encode" or "base64_url_safe_encode":
                context.ChargeChars(Math.Max(0, (4L * Encoding.UTF8.GetByteCount(input.ToStringValue()) / 3) - input.ToStringValue().Length));
                break;
            case "date":
                CheckFormat(arguments.At(0).ToStringValue());
                break;
        }
    }

    /// <summary>Counts the parts that a split makes, or a few more.</summary>
    private static long Parts(string text, string separator) => separator switch
    {
        "" => text.Length,
        " " => Words.Of(text).LongCount(),
        _ => Count(text, separator),
    };

    private static long Count(string text, string part) => new TextSearch(part).All(text).LongCount();

    /// <summary>Bounds a width to two digits: <c>%999999999t</c> would be a thousand million tabs.</summary>
    private static void CheckFormat(string format)
    {
        var digits = 0;
        foreach (var c in format)
        {
            digits = char.IsDigit(c) ? digits + 1 : 0;
            if (digits > 2 || format.Length > FormatChars)
                throw new TemplateLimitException($"has a date format of more than {FormatChars} characters, or with a number of more than two digits");
        }
    }
}
