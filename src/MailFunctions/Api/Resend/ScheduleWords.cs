using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;

namespace MailFunctions.Api.Resend;

/// <summary>
/// Reads times in words that mean the same everywhere: <c>in 10 minutes</c>. <c>tomorrow at 9am</c> depends on the reader's
/// time zone, and is refused.
/// </summary>
internal static partial class ScheduleWords
{
    private const int MostChars = 64;

    /// <summary>A delay that is too long for any mail, and that can be added to any current time.</summary>
    private static readonly TimeSpan TooLong = 2 * EmailLimits.ScheduledWithin;

    /// <returns>
    /// The instant in ISO 8601 for such words, otherwise the value itself. An invalid value gets an error here, or where it
    /// is read.
    /// </returns>
    public static RequestValue Read(RequestValue value, DateTimeOffset now, ErrorList errors)
    {
        if (!value.IsString || value.MostChars > MostChars || !value.TryReadString(out var text) || (text.Length > 0 && char.IsAsciiDigit(text[0])))
            return value;
        if (After(text) is { } delay)
            return RequestValue.OfText(value.Parent, "scheduled_at", Encoding.ASCII.GetBytes((now + delay).UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));

        errors.Add(value, $"takes ISO 8601 with an offset, such as 2027-01-31T18:30:00Z, or words such as in 10 minutes, in 2 hours, in 3 days; not {ErrorList.Quote(text)}");
        return RequestValue.OfText(value.Parent, "scheduled_at", Encoding.ASCII.GetBytes(now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
    }

    /// <returns>Null for other words; for a delay longer than any mail may wait, one that is too long as well.</returns>
    internal static TimeSpan? After(string text)
    {
        var match = InSomeTime().Match(text.Trim());
        if (!match.Success)
            return null;

        var count = match.Groups["count"].Value is var word && char.IsAsciiDigit(word[0]) ? int.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture) : 1;
        var delay = match.Groups["unit"].Value.ToLowerInvariant()[0] switch
        {
            's' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' => TimeSpan.FromDays(count),
            _ => TimeSpan.FromDays(7L * count),
        };
        return delay > TooLong ? TooLong : delay;
    }

    [GeneratedRegex(@"\Ain\s+(?<count>an?|[0-9]{1,6})\s*(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InSomeTime();
}
