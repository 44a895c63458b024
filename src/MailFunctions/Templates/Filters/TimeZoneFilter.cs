using System.Text.RegularExpressions;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary><c>time_zone: "Europe/Berlin"</c>.</summary>
/// <remarks>
/// Fluid's own filter accepts any text as a name, and the system opens the name as a file: reading <c>../../dev/zero</c>
/// never ends.
/// </remarks>
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

    /// <summary>Matches names of the form that the IANA database uses.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9_+-]{1,32}(/[A-Za-z0-9_+-]{1,32}){0,2}\z")]
    private static partial Regex Name();
}
