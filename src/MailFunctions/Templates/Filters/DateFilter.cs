using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>
/// <c>date: "%Y-%m-%d"</c>. Uses Fluid's filter where it matches Ruby's <c>strftime</c>. Returns the input unchanged when
/// it cannot be read as a date, or when there is no format.
/// </summary>
internal static partial class DateFilter
{
    public static FilterDelegate Of(FilterDelegate fluid) => (input, arguments, context) =>
        arguments.At(0).ToStringValue() is not { Length: > 0 } format || DateText.Read(input, context) is not { } time
            ? input
            : fluid(new DateTimeValue(time), new FilterArguments(new StringValue(Directive().Replace(format, match => Write(match, time)))), context);

    /// <summary>Writes a directive that Fluid would write differently, or leaves it to Fluid.</summary>
    private static string Write(Match directive, DateTimeOffset time)
    {
        var flags = directive.Groups[1].Value;
        var text = directive.Groups[2].Value switch
        {
            "c" => Invariant($"{time:ddd MMM} {time.Day,2} {time:HH:mm:ss yyyy}"),
            "x" => Invariant($"{time:MM/dd/yy}"),
            "X" => Invariant($"{time:HH:mm:ss}"),
            "G" => Invariant($"{ISOWeek.GetYear(time.DateTime)}"),
            "g" => Invariant($"{ISOWeek.GetYear(time.DateTime) % 100:00}"),
            "V" => Padded(ISOWeek.GetWeekOfYear(time.DateTime), flags, '0'),
            "H" => Padded(time.Hour, flags, '0'),
            "k" => Padded(time.Hour, flags, ' '),
            "e" => Padded(time.Day, flags, ' '),
            "p" when flags == "#" => time.Hour < 12 ? "am" : "pm",
            _ => null,
        };
        if (text is null)
            return directive.Value;
        if (flags.Contains('^', StringComparison.Ordinal))
            text = text.ToUpperInvariant();
        return text.Replace("%", "%%", StringComparison.Ordinal);
    }

    private static string Padded(int number, string flags, char padding)
    {
        if (flags.Contains('-', StringComparison.Ordinal))
            padding = '\0';
        else if (flags.Contains('_', StringComparison.Ordinal))
            padding = ' ';
        else if (flags.Contains('0', StringComparison.Ordinal))
            padding = '0';
        var digits = number.ToString(CultureInfo.InvariantCulture);
        return padding == '\0' ? digits : digits.PadLeft(2, padding);
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Matches a directive. It includes <c>%%</c>, so that no directive begins in the middle of it.</summary>
    [GeneratedRegex("%([-_0^#:]*)([a-zA-Z%+])")]
    private static partial Regex Directive();
}
