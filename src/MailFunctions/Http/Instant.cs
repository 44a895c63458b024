using System.Globalization;

namespace MailFunctions.Http;

/// <summary>
/// Parses a <c>date-time</c> of RFC 3339 section 5.6, the form of every instant that a caller gives: <c>t</c> and <c>z</c> in
/// either case, any number of fraction digits, any offset. In addition the seconds may be left out, as ISO 8601 allows.
/// </summary>
internal static class Instant
{
    /// <summary>The longest accepted text, far more than any program writes: the parser reads character by character.</summary>
    public const int MaxChars = 1024;

    /// <summary>The digits of a fraction of a second that a <see cref="TimeSpan"/> holds; further digits are cut off.</summary>
    private const int TickDigits = 7;

    /// <summary>
    /// Tests whether an instant can bound a search for mails with some days of margin: no mail is from before 1970, and the
    /// range of dates has an end.
    /// </summary>
    public static bool CanBound(DateTimeOffset instant) => instant.Year is > 2000 and < 9000;

    /// <param name="instant">The result in UTC.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset instant)
    {
        instant = default;
        var rest = text;
        if (text.Length > MaxChars
            || !TryDate(ref rest, out var date)
            || !TryTime(ref rest, out var time, out var isLeap)
            || !TryOffset(rest, out var offset))
        {
            return false;
        }

        var ticks = date.Ticks + time.Ticks - offset.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks - (isLeap ? TimeSpan.TicksPerSecond : 0))
            return false;

        // Our clocks have no leap seconds, so one becomes the first second of the next minute (section 5.7 allows it only at 23:59:60 UTC).
        instant = new DateTimeOffset(ticks, TimeSpan.Zero);
        if (isLeap && instant is not { Hour: 23, Minute: 59 })
            return false;
        if (isLeap)
            instant += TimeSpan.FromSeconds(1);
        return true;
    }

    private static bool TryDate(ref ReadOnlySpan<char> rest, out DateTime date)
    {
        date = default;
        if (!TryNumber(ref rest, 4, out var year) || !Take(ref rest, '-') || !TryNumber(ref rest, 2, out var month) || !Take(ref rest, '-') || !TryNumber(ref rest, 2, out var day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;

        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    /// <param name="time">The time of day; for a leap second, the second before it.</param>
    private static bool TryTime(ref ReadOnlySpan<char> rest, out TimeSpan time, out bool isLeap)
    {
        (time, isLeap) = (default, false);
        if (!(Take(ref rest, 'T') || Take(ref rest, 't')) || !TryNumber(ref rest, 2, out var hour) || !Take(ref rest, ':') || !TryNumber(ref rest, 2, out var minute))
            return false;
        var (second, fraction) = (0, 0L);
        if (Take(ref rest, ':') && !(TryNumber(ref rest, 2, out second) && TryFraction(ref rest, out fraction)))
            return false;
        if (hour > 23 || minute > 59 || second > 60)
            return false;

        isLeap = second == 60;
        time = new TimeSpan(hour, minute, isLeap ? 59 : second) + TimeSpan.FromTicks(fraction);
        return true;
    }

    private static bool TryFraction(ref ReadOnlySpan<char> rest, out long ticks)
    {
        ticks = 0;
        if (!Take(ref rest, '.'))
            return true;

        var digits = 0;
        while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
            digits++;
        for (var i = 0; i < TickDigits; i++)
            ticks = (ticks * 10) + (i < digits ? rest[i] - '0' : 0);
        rest = rest[digits..];
        return digits > 0;
    }

    /// <summary>Parses <c>Z</c>, or hours and minutes; <c>-00:00</c> is UTC with an unknown local offset (section 4.3).</summary>
    private static bool TryOffset(ReadOnlySpan<char> rest, out TimeSpan offset)
    {
        offset = default;
        if (rest is "Z" or "z")
            return true;

        var sign = Take(ref rest, '+') ? 1 : Take(ref rest, '-') ? -1 : 0;
        if (sign == 0 || !TryNumber(ref rest, 2, out var hours) || !Take(ref rest, ':') || !TryNumber(ref rest, 2, out var minutes) || rest.Length > 0)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * sign;
        return hours <= 23 && minutes <= 59;
    }

    private static bool TryNumber(ref ReadOnlySpan<char> rest, int digits, out int number)
    {
        number = 0;
        if (rest.Length < digits || rest[..digits].ContainsAnyExceptInRange('0', '9'))
            return false;
        number = int.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture);
        rest = rest[digits..];
        return true;
    }

    private static bool Take(ref ReadOnlySpan<char> rest, char c)
    {
        if (rest.IsEmpty || rest[0] != c)
            return false;
        rest = rest[1..];
        return true;
    }
}
