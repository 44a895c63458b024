using System.Globalization;
using System.Text.RegularExpressions;
using MailFunctions.Mail;

namespace MailFunctions.Smtp.Replies;

/// <summary>Reads from a temporary refusal when to retry.</summary>
internal static partial class RetryHint
{
    /// <summary>The delay after greylisting: such servers usually accept a sender again after five minutes at the earliest.</summary>
    public static readonly TimeSpan Greylisted = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <summary>
    /// Returns the delay that the reply names ("try again in 10 minutes"), or the least that makes sense; null when
    /// it names none. Up to 6 h.
    /// </summary>
    public static TimeSpan? Of(SmtpReply reply)
    {
        if (reply.Code is < 400 or > 499)
            return null;
        if (Named().Match(reply.Text) is { Success: true } match && Read(match) is { } named)
            return named;
        return Grey().IsMatch(reply.Text) ? Greylisted : null;
    }

    /// <summary>
    /// Recognises 452 (RFC 5321 section 4.5.3.1.10) and 4.5.3 (RFC 3463): the recipient is valid, but not in this envelope.
    /// </summary>
    public static bool IsTooManyRecipients(SmtpReply reply) =>
        reply.Stage == SmtpStage.RcptTo && (reply.EnhancedCode is "4.5.3" or "5.5.3" || (reply.Code is 452 or 552 && TooMany().IsMatch(reply.Text)));

    private static TimeSpan? Read(Match match)
    {
        if (!int.TryParse(match.Groups["n"].Value, CultureInfo.InvariantCulture, out var n))
            return null;
        var unit = char.ToLowerInvariant(match.Groups["unit"].Value[0]) switch { 'h' => TimeSpan.FromHours(1), 'm' => TimeSpan.FromMinutes(1), _ => TimeSpan.FromSeconds(1) };
        return TimeSpan.FromTicks(Math.Min(Longest.Ticks, unit.Ticks * (long)n));
    }

    [GeneratedRegex(@"\b(?:in|for|after|within|wait)\s+(?:about\s+)?(?<n>\d{1,5})\s*(?<unit>s|secs?|seconds?|m|mins?|minutes?|h|hours?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex(@"gr[ae]y-?list", RegexOptions.IgnoreCase)]
    private static partial Regex Grey();

    [GeneratedRegex(@"too many (?:recipients|rcpts?)", RegexOptions.IgnoreCase)]
    private static partial Regex TooMany();
}
