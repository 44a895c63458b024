using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>Lets mail of a paused key, sender or lane wait. No attempt is used, and its time goes on.</summary>
internal sealed class PauseGate(PauseList pauses, Deferrals deferrals, TimeProvider clock, ILogger<PauseGate> logger)
{
    /// <summary>The time after which a mail that waits is looked at again, and so the longest wait after its target is resumed.</summary>
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Defers the mails of a group that are paused, before any step towards their attempt. A mail that its accepting call is to
    /// deliver is left to its queue.
    /// </summary>
    /// <returns>The rows that are not paused, and the mails to look at again.</returns>
    /// <exception cref="Azure.RequestFailedException">Nothing is known of the pauses: no mail may be sent.</exception>
    public async Task<(IReadOnlyList<LedgerRow> Free, IReadOnlyList<NamedAttempt> Again)> HoldBackAsync(IReadOnlyList<LedgerRow> rows, GroupTerms terms)
    {
        var known = await pauses.CurrentAsync(terms.Stopping);
        if (known.Count == 0)
            return (rows, []);

        var now = clock.GetUtcNow();
        var free = new List<LedgerRow>(rows.Count);
        var paused = new List<(LedgerRow Row, Pause Pause)>();
        foreach (var row in rows)
        {
            if (known.Find(row, now) is { } pause)
                paused.Add((row, pause));
            else
                free.Add(row);
        }

        if (terms.IsInline)
            return (free, paused.ConvertAll(mail => NamedAttempt.NextOf(mail.Row)));
        var again = new List<NamedAttempt>();
        foreach (var (pause, mails) in paused.GroupBy(mail => mail.Pause, (pause, mails) => (pause, mails.Select(mail => mail.Row).ToList())))
        {
            // One due time for those whose end is far away, and so one queue message.
            var deferred = mails.ConvertAll(row => new Deferral(row, DueOf(row, pause, now), WaitReason.Paused, pause.Sentence()));
            logger.PausedMailWaits(mails.Count, pause.Target.Kind.Name(), pause.Target.Alias, deferred[0].Due);
            again.AddRange(await deferrals.DeferAsync(deferred, terms.Stopping));
        }

        return (free, again);
    }

    /// <summary>Looks once more before a claimed mail is sent: the way to the relay may have taken minutes.</summary>
    /// <returns>Null if the mail is not paused.</returns>
    public async ValueTask<Obstacle.Paused?> FindAsync(LedgerRow row)
    {
        var now = clock.GetUtcNow();
        return (await pauses.CurrentAsync(CancellationToken.None)).Find(row, now) is { } pause ? new Obstacle.Paused(DueOf(row, pause, now), pause.Sentence()) : null;
    }

    /// <summary>
    /// Returns the time of the next look: a minute from now, or the end of the pause. A mail whose own end is near is looked at
    /// before it, so that it is still sent if its target is resumed in time.
    /// </summary>
    internal static DateTimeOffset DueOf(LedgerRow row, Pause pause, DateTimeOffset now)
    {
        var wait = pause.EndsAt - now is { } left && left < LookAgainAfter ? left : LookAgainAfter;
        if (row.ExpiresAt - now <= wait)
            wait = (row.ExpiresAt - now) / 2;
        return now + (wait > ShortestWait ? wait : ShortestWait);
    }
}
