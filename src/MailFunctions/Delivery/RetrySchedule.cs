using MailFunctions.Mail;
using MailFunctions.Smtp.Replies;
using Microsoft.Extensions.Options;

namespace MailFunctions.Delivery;

/// <summary>When a mail is tried again.</summary>
internal sealed class RetrySchedule(IOptions<DeliveryOptions> options)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LeastHint = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstFault = TimeSpan.FromSeconds(30);

    /// <summary>After an attempt: exponential, by the attempt's number from 1.</summary>
    public TimeSpan AfterAttempt(Lane lane, int attempt) => Spread(Exponential(Of(lane).First, Of(lane).Longest, attempt - 1));

    /// <summary>After an attempt whose replies may name a delay themselves: when all of them do, the longest counts, however short.</summary>
    /// <param name="someSent">Recipients were taken, so that those which were too many for one envelope can follow at once.</param>
    public TimeSpan AfterAttempt(Lane lane, int attempt, IEnumerable<SmtpReply> deferrals, bool someSent)
    {
        var hints = deferrals.Select(reply => RetryHint.IsTooManyRecipients(reply) && someSent ? TimeSpan.Zero : RetryHint.Of(reply)).ToList();
        if (hints.Count == 0 || hints.Exists(hint => hint is null))
            return AfterAttempt(lane, attempt);

        // "In 0 seconds" is no invitation to try without end.
        var least = Of(lane).First < LeastHint ? Of(lane).First : LeastHint;
        var hinted = hints.Max()!.Value;
        return (hinted > TimeSpan.Zero || !someSent ? TimeSpan.FromTicks(Math.Max(hinted.Ticks, least.Ticks)) : hinted) * (1 + (0.1 * Random.Shared.NextDouble()));
    }

    /// <summary>While no relay can be reached: short waits, since nothing of the mail has happened and a relay is often back soon.</summary>
    /// <param name="waits">How often it has waited in a row.</param>
    public static TimeSpan AfterWait(int waits) => Spread(Exponential(FirstWait, LongestWait, waits));

    /// <summary>After a fault of our own.</summary>
    /// <param name="faults">How many there have been, from 1.</param>
    public static TimeSpan AfterFault(int faults) => Spread(Exponential(FirstFault, LongestWait, faults - 1));

    private RetryOptions Of(Lane lane) => lane == Lane.Bulk ? options.Value.Bulk : options.Value.Transactional;

    private static TimeSpan Exponential(TimeSpan first, TimeSpan longest, int doublings) =>
        TimeSpan.FromTicks((long)Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Clamp(doublings, 0, 40))));

    /// <summary>80 to 120 percent, so that what failed together is not tried again together.</summary>
    private static TimeSpan Spread(TimeSpan wait) => wait * (0.8 + (0.4 * Random.Shared.NextDouble()));
}
