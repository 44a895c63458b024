using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using Microsoft.Extensions.Options;

namespace MailFunctions.Delivery;

/// <summary>Computes the wait before the next attempt of a mail.</summary>
internal sealed class RetrySchedule(IOptions<DeliveryOptions> options)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeastHint = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstFault = TimeSpan.FromSeconds(30);

    /// <summary>The wait after an attempt: exponential, by the attempt's number from 1.</summary>
    public TimeSpan AfterAttempt(Lane lane, int attempt) => Spread(Exponential(Of(lane).First, Of(lane).Longest, attempt - 1));

    /// <summary>The wait after an attempt whose replies may name a delay. If all of them do, the longest counts, however short.</summary>
    /// <param name="someSent">The relay accepted some recipients, so those beyond its limit per envelope can follow at once.</param>
    public TimeSpan AfterAttempt(Lane lane, int attempt, IEnumerable<SmtpReply> deferrals, bool someSent)
    {
        var hints = deferrals.Select(reply => RetryHint.IsTooManyRecipients(reply) && someSent ? TimeSpan.Zero : RetryHint.Of(reply)).ToList();
        if (hints.Count == 0 || hints.Exists(hint => hint is null))
            return AfterAttempt(lane, attempt);

        // "In 0 seconds" does not allow endless immediate retries.
        var least = Of(lane).First < LeastHint ? Of(lane).First : LeastHint;
        var hinted = hints.Max()!.Value;
        return (hinted > TimeSpan.Zero || !someSent ? TimeSpan.FromTicks(Math.Max(hinted.Ticks, least.Ticks)) : hinted) * (1 + (0.1 * Chance.Spread.NextDouble()));
    }

    /// <summary>The wait while no relay can be reached: short, since the attempt has not begun and a relay is often back soon.</summary>
    /// <param name="waits">How often in a row the mail has waited.</param>
    public static TimeSpan AfterWait(int waits) => Spread(Exponential(FirstWait, LongestWait, waits));

    /// <summary>The wait after a processing failure.</summary>
    /// <param name="faults">The number of failures so far, from 1.</param>
    public static TimeSpan AfterFault(int faults) => Spread(Exponential(FirstFault, LongestWait, faults - 1));

    private RetryOptions Of(Lane lane) => lane == Lane.Bulk ? options.Value.Bulk : options.Value.Transactional;

    private static TimeSpan Exponential(TimeSpan first, TimeSpan longest, int doublings) =>
        TimeSpan.FromTicks((long)Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Clamp(doublings, 0, 40))));

    /// <summary>Spreads a wait over 80 to 120 percent, so that mails that failed together are not tried again together.</summary>
    private static TimeSpan Spread(TimeSpan wait) => wait * (0.8 + (0.4 * Chance.Spread.NextDouble()));
}
