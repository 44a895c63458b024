using System.Globalization;
using MailFunctions.Http;

namespace MailFunctions.Keys;

/// <summary>Reads the times of a key as people write them on a command line.</summary>
public static class KeyTimes
{
    private const int MostDays = 36_525;

    /// <param name="text">Days from now such as <c>90d</c>, a date in UTC, or an instant in ISO 8601.</param>
    /// <exception cref="ArgumentException">It is none of these; the message is for the person who asked.</exception>
    public static DateTimeOffset Read(string text, TimeProvider clock)
    {
        if (text.EndsWith('d') && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= MostDays)
            return clock.GetUtcNow() + TimeSpan.FromDays(days);
        return Instant.TryParse(text, out var at) || Instant.TryParse($"{text}T00:00:00Z", out at)
            ? at
            : throw new ArgumentException($"'{text}' is no time: it takes days, such as 90d, a date, such as 2027-01-31, or a moment in ISO 8601.");
    }
}
