using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// The known outcomes of a group that are not recorded yet. They wait to be written together with others, but not for
/// long, and not for a slow mail: an outcome that only this process knows would be uncertain if it died.
/// </summary>
/// <remarks>Thread safe, except for the public RecordAsync, which is called once, at the end.</remarks>
internal sealed class PendingOutcomes(OutcomeRecorder recorder, Claims claims, LeaseKeeper leases, TimeProvider clock, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly List<Task> _alarms = [];
    private List<(ClaimedMail Mail, AttemptOutcome Outcome)> _pending = [];

    /// <summary>Adds the outcome of an attempt.</summary>
    /// <returns>The duration of its transaction.</returns>
    public async Task<TimeSpan> AddAsync(ClaimedMail mail, Task<AttemptOutcome> attempt)
    {
        var outcome = await attempt;
        lock (_gate)
        {
            _pending.Add((mail, outcome));
            if (_pending.Count == 1)
                _alarms.Add(RecordLaterAsync());
        }

        return outcome.Event.Duration;
    }

    /// <summary>Records all outcomes, and keeps their leases until that is done. Nothing may be added afterwards.</summary>
    public async Task RecordAsync()
    {
        await _ended.CancelAsync();
        try
        {
            await RecordPendingAsync();
        }
        finally
        {
            await Task.WhenAll(_alarms);
        }
    }

    public void Dispose() => _ended.Dispose();

    private async Task RecordLaterAsync()
    {
        var waiting = Task.Delay(Longest, clock, _ended.Token);
        await waiting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!waiting.IsCanceled)
            await RecordPendingAsync();
    }

    private async Task RecordPendingAsync()
    {
        List<(ClaimedMail Mail, AttemptOutcome Outcome)> pending;
        lock (_gate)
            (pending, _pending) = (_pending, []);
        if (pending.Count == 0)
            return;

        try
        {
            await RecordAsync(pending);
        }
        catch (Exception exception) when (pending.Count > 1 && !StorageFault.Is(exception))
        {
            // One bad outcome must not cost the others theirs.
            await Task.WhenAll(pending.Select(outcome => RecordAsync([outcome])));
        }
    }

    private async Task RecordAsync(List<(ClaimedMail Mail, AttemptOutcome Outcome)> pending)
    {
        pending = [.. pending.Where(attempt => attempt.Mail.Progress != AttemptProgress.GivenBack)];
        foreach (var (mail, _) in pending)
            mail.Settle();
        var unused = pending.Where(attempt => claims.MayGiveBack(attempt.Mail.Row, attempt.Outcome.Unused)).ToDictionary(attempt => attempt.Mail, attempt => attempt.Outcome.Unused!.Value);
        if (unused.Count > 0)
        {
            var late = await claims.GiveBackAsync(unused);
            foreach (var mail in unused.Keys.Except(late))
                mail.GiveBack();
        }

        var made = pending.Where(attempt => attempt.Mail.Progress != AttemptProgress.GivenBack).ToList();
        if (made.Count > 0)
            await recorder.RecordAsync([.. made.Select(attempt => new Outcome(attempt.Mail.Row, attempt.Outcome.Event))]);
        await leases.ReleaseAsync(pending.Select(attempt => attempt.Mail));
        foreach (var (mail, outcome) in made)
            logger.Attempted(mail.Row.Id.ToString(), outcome.Event.Attempt, outcome.Event.Relay, outcome.Event.State.Name());
    }
}
