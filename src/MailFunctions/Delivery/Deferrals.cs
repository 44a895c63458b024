using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>A mail that cannot be attempted now.</summary>
/// <param name="Why">One sentence for a human reader.</param>
internal readonly record struct Deferral(LedgerRow Row, DateTimeOffset Due, WaitReason Reason, string Why);

/// <summary>Defers mails whose attempt has not begun; no attempt is used.</summary>
internal sealed class Deferrals(WakeUps wakeUps, TerminalStates terminal, MailMeters meters, TimeProvider clock, ILogger<Deferrals> logger)
{
    /// <summary>Defers mails for which no relay accepts a session.</summary>
    /// <returns>The mails to look at again.</returns>
    public Task<IReadOnlyList<NamedAttempt>> DeferAsync(IReadOnlyList<ClaimedMail> mails, Obstacle.Unreachable unreachable, CancellationToken cancellationToken)
    {
        // One due time for all, and so one queue message; a connection in use is free again soon.
        var waits = unreachable.IsBusy ? 0 : mails.Max(mail => mail.Row.Waits);
        var due = unreachable.RetryAt ?? clock.GetUtcNow() + RetrySchedule.AfterWait(waits);
        logger.RelayUnreachable(unreachable.Relay, unreachable.Reply.Stage.ToString(), unreachable.Reply.Code, mails.Count, due);
        return DeferAsync([.. mails.Select(mail => new Deferral(mail.Row, due, unreachable.Reason, unreachable.Why))], cancellationToken);
    }

    /// <summary>Defers each mail to its due time, or ends it as expired if that is not before its expiry.</summary>
    /// <returns>
    /// The mails to look at again. Mails whose row another worker has written are not among them: their wake-up is
    /// already put, and leads to another look.
    /// </returns>
    public async Task<IReadOnlyList<NamedAttempt>> DeferAsync(IReadOnlyList<Deferral> deferred, CancellationToken cancellationToken)
    {
        var waiting = new List<LedgerRow>(deferred.Count);
        var again = new List<NamedAttempt>();
        foreach (var (row, due, reason, why) in deferred)
        {
            if (due < row.ExpiresAt)
                waiting.Add(row with { State = Transitions.Require(row.State, EmailState.Deferred), DueAt = due, Waits = row.WaitsAfter(reason), Reason = why, WaitingFor = reason });
            else if (!await terminal.TryExpireAsync(row with { Reason = why }, cancellationToken))
                again.Add(NamedAttempt.NextOf(row));
        }

        foreach (var written in (await wakeUps.MoveAsync(waiting, cancellationToken)).OfType<LedgerRow>())
            meters.Deferred(written);
        return again;
    }
}
