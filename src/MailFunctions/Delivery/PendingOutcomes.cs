using MailFunctions.Ledger;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// The outcomes of a window that are known and not recorded yet. They wait for others to be written with, but not for
/// long, and not for a mail that takes its time: what only this process knows would be uncertain if it died.
/// </summary>
internal sealed class PendingOutcomes(OutcomeRecorder recorder, LeaseKeeper leases, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly List<(ClaimedMail Mail, EmailEvent Event)> _pending = [];
    private long _since;

    /// <summary>Takes the outcome of an attempt that is running, and records what was known before when it runs for long.</summary>
    public async Task AddAsync(ClaimedMail mail, Task<EmailEvent> attempt)
    {
        if (_pending.Count > 0 && !attempt.IsCompleted)
        {
            using var waiting = new CancellationTokenSource();
            var wait = Longest - clock.GetElapsedTime(_since);
            var alarm = Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, clock, waiting.Token);
            if (await Task.WhenAny(attempt, alarm) == alarm)
                await RecordAsync();
            await waiting.CancelAsync();
        }

        var e = await attempt;
        if (_pending.Count == 0)
            _since = clock.GetTimestamp();
        _pending.Add((mail, e));
    }

    /// <summary>Records all; their leases are kept until that is done.</summary>
    public async Task RecordAsync()
    {
        if (_pending.Count == 0)
            return;

        foreach (var (mail, _) in _pending)
            mail.IsSettled = true;
        await recorder.RecordAsync([.. _pending.Select(outcome => new Outcome(outcome.Mail.Row, outcome.Event))]);
        await leases.ReleaseAsync(_pending.Select(outcome => outcome.Mail));
        foreach (var (mail, e) in _pending)
            logger.Attempted(mail.Row.Id.ToString(), e.Attempt, e.Relay, e.State.Name());
        _pending.Clear();
    }
}
