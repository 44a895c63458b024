using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary><c>time_zone: "Europe/Berlin"</c>.</summary>
/// <remarks>Fluid's own takes any text for a name, and the system looks a name up as a file: of <c>../../dev/zero</c> it never sees the end.</remarks>
internal static partial class TimeZoneFilter
{
    public static ValueTask<FluidValue> Convert(FluidValue input, FilterArguments arguments, TemplateContext context)
    {
        if (DateText.Read(input, context) is not { } time)
            return NilValue.Instance;

        var name = arguments.At(0).ToStringValue();
        return Name().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? new DateTimeValue(TimeZoneInfo.ConvertTime(time, zone))
            : throw new ArgumentException("there is no such time zone; names are like Europe/Berlin");
    }

    /// <summary>As the IANA database names them.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}\z")]
    private static partial Regex Name();
}
