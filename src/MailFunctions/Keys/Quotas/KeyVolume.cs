namespace MailFunctions.Keys.Quotas;

/// <summary>
/// The volume of a key in recipients: what it sends in this hour, and its usual busiest hour. Pure.
/// </summary>
/// <remarks>
/// The usual busiest hour is a mean over days with mail that forgets a quarter a day, so that a newsletter once a day or
/// once a week is usual, and a rise within one day is not. Days without mail do not count.
/// </remarks>
/// <param name="Hour">The beginning of the hour that is counted.</param>
/// <param name="InHour">The recipients of that hour.</param>
/// <param name="Busiest">The most recipients of an earlier hour of the same day.</param>
/// <param name="Usual">The usual busiest hour; 0 until a day with mail has ended.</param>
/// <param name="Days">The days that <paramref name="Usual"/> is from.</param>
/// <param name="AlarmedAt">The last hour that caused an alarm.</param>
internal sealed record KeyVolume(DateTimeOffset Hour, long InHour, long Busiest, double Usual, int Days, DateTimeOffset? AlarmedAt)
{
    /// <summary>The days with mail before which nothing is unusual.</summary>
    public const int WarmUpDays = 3;

    private const double NewDay = 0.25;

    public static KeyVolume Empty(DateTimeOffset now) => new(HourOf(now), 0, 0, 0, 0, null);

    public bool IsJump(int factor, long floor) => factor > 0 && Days >= WarmUpDays && InHour > floor && InHour > factor * Usual;

    /// <summary>Adds recipients. An instance whose clock is behind adds to the hour that another has begun.</summary>
    public KeyVolume Add(long recipients, DateTimeOffset now)
    {
        var hour = HourOf(now);
        var current = this;
        if (hour > Hour)
        {
            current = current with { Hour = hour, InHour = 0, Busiest = Math.Max(Busiest, InHour) };
            if (hour.UtcDateTime.Date != Hour.UtcDateTime.Date)
                current = current.EndDay();
        }

        return current with { InHour = current.InHour + recipients };
    }

    private KeyVolume EndDay() => Busiest == 0
        ? this
        : this with { Busiest = 0, Usual = Days == 0 ? Busiest : Usual + (NewDay * (Busiest - Usual)), Days = Math.Min(Days, int.MaxValue - 1) + 1 };

    private static DateTimeOffset HourOf(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero);
}
