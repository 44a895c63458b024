using System.Globalization;
using Fluid;
using Fluid.Values;

namespace MailFunctions.Templates.Filters;

/// <summary>
/// Implements the arithmetic of Liquid: two integers divide to an integer, rounded down; a remainder has the sign of the
/// divisor; a half is rounded away from zero; a result has no trailing zeros.
/// </summary>
/// <remarks>A number with a decimal point is not an integer, even when only a zero follows the point.</remarks>
internal static class NumberFilters
{
    private const int MostDigits = 28;

    public static void Register(FilterCollection filters)
    {
        filters.AddFilter("plus", (input, arguments, _) => Result(input.ToNumberValue() + arguments.At(0).ToNumberValue()));
        filters.AddFilter("minus", (input, arguments, _) => Result(input.ToNumberValue() - arguments.At(0).ToNumberValue()));
        filters.AddFilter("times", (input, arguments, _) => Result(input.ToNumberValue() * arguments.At(0).ToNumberValue()));
        filters.AddFilter("divided_by", (input, arguments, _) => Result(Divide(input.ToNumberValue(), arguments.At(0).ToNumberValue())));
        filters.AddFilter("modulo", (input, arguments, _) => Result(Remainder(input.ToNumberValue(), arguments.At(0).ToNumberValue())));
        filters.AddFilter("abs", (input, _, _) => Result(Math.Abs(input.ToNumberValue())));
        filters.AddFilter("ceil", (input, _, _) => Result(Math.Ceiling(input.ToNumberValue())));
        filters.AddFilter("floor", (input, _, _) => Result(Math.Floor(input.ToNumberValue())));
        filters.AddFilter("round", (input, arguments, _) => Result(Round(input.ToNumberValue(), arguments.At(0).ToNumberValue())));
    }

    private static decimal Divide(decimal a, decimal b)
    {
        if (a.Scale == 0 && b.Scale == 0)
            return (a - Remainder(a, b)) / b;
        // Rounded to the precision of the floating-point number that Liquid shows.
        var quotient = a / b;
        return quotient.Scale <= 15
            ? WithPoint(quotient)
            : decimal.Parse(Double(quotient).ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>Converts to the nearest double; a cast may give its neighbour.</summary>
    private static double Double(decimal value) => double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static decimal Remainder(decimal a, decimal b)
    {
        var remainder = a % b;
        return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
    }

    private static decimal Round(decimal value, decimal digits)
    {
        if (digits >= MostDigits)
            return value;
        if (digits >= 0)
            return digits == 0 ? decimal.Truncate(Math.Round(value, MidpointRounding.AwayFromZero)) : Math.Round(value, (int)digits, MidpointRounding.AwayFromZero);
        if (digits < -MostDigits)
            return 0;
        var unit = decimal.Parse("1" + new string('0', (int)-digits), CultureInfo.InvariantCulture);
        return Math.Round(value / unit, MidpointRounding.AwayFromZero) * unit;
    }

    /// <summary>Removes trailing zeros, except the one that shows that there was a decimal point.</summary>
    private static NumberValue Result(decimal value)
    {
        if (value.Scale > 1)
        {
            var shorter = value / 1.0000000000000000000000000000m;
            value = value.Scale > 0 && shorter.Scale == 0 ? WithPoint(shorter) : shorter;
        }

        return NumberValue.Create(value);
    }

    private static decimal WithPoint(decimal value) => value.Scale == 0 ? decimal.Parse($"{value.ToString(CultureInfo.InvariantCulture)}.0", CultureInfo.InvariantCulture) : value;
}
