using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>
/// Reads the dates of templates: the forms where Ruby's <c>Time.parse</c> differs from the framework, and those of the
/// framework.
/// </summary>
internal static partial class DateText
{
    /// <summary>The greatest length of a date.</summary>
    private const int MaxChars = 100;

    /// <summary>Numeric formats: the day comes first; a year of two digits comes before month and day.</summary>
    private static readonly string[] Numeric =
    [
        .. from separator in "./-"
           from date in (string[])[$"d{separator}M{separator}yyyy", $"yy{separator}M{separator}d"]
           from time in (string[])["", " H:mm", " H:mm:ss", " h:mm tt", " h:mm:ss tt", " H:mm zzz", " H:mm:ss zzz"]
           select date + time,
    ];

    /// <summary>The zone names of mail, in hours (RFC 5322 section 4.3); the offset of any other name is unknown.</summary>
    private static readonly FrozenDictionary<string, int> Zones = new Dictionary<string, int>
    {
        ["UTC"] = 0,
        ["UT"] = 0,
        ["GMT"] = 0,
        ["EST"] = -5,
        ["EDT"] = -4,
        ["CST"] = -6,
        ["CDT"] = -5,
        ["MST"] = -7,
        ["MDT"] = -6,
        ["PST"] = -8,
        ["PDT"] = -7,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <returns>The time in the zone that the text names, else in UTC; null when it is no date.</returns>
    public static DateTimeOffset? Read(FluidValue input, TemplateContext context)
    {
        if (input is DateTimeValue)
            return input.TryGetDateTimeInput(context, out var known) ? known : null;
        if (input is not (StringValue or NumberValue) || input.ToStringValue().Trim() is not { Length: > 0 and <= MaxChars } text)
            return null;
        if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return IsTime(seconds) ? DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond)).ToOffset(TimeSpan.Zero) : null;

        var zone = Zone().Match(text);
        return zone.Success && Zones.TryGetValue(zone.Groups[1].Value, out var hours) ? In(hours, Parse(text[..zone.Index], context)) : Parse(text, context);
    }

    private static DateTimeOffset? Parse(string text, TemplateContext context)
    {
        if (IsNumeric().IsMatch(text))
            return DateTimeOffset.TryParseExact(text, Numeric, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact) ? exact : null;
        return new StringValue(text).TryGetDateTimeInput(context, out var time) ? time : null;
    }

    /// <summary>Applies an offset; null beyond the years that a date can hold.</summary>
    private static DateTimeOffset? In(int hours, DateTimeOffset? time) =>
        time is { } local && local.DateTime.Ticks - (hours * TimeSpan.TicksPerHour) is >= 0 and var ticks && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(local.DateTime, TimeSpan.FromHours(hours))
            : null;

    private static bool IsTime(decimal seconds) =>
        seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Matches the zone name after the time or the date.</summary>
    [GeneratedRegex(@"(?<=[0-9]|[AaPp][Mm])\s+([A-Za-z]{2,3})\z")]
    private static partial Regex Zone();

    [GeneratedRegex(@"\A[0-9]{1,2}([./-])[0-9]{1,2}\1[0-9]{1,4}\b")]
    private static partial Regex IsNumeric();
}
