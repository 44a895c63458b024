using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>The outcome of a claimed attempt that is being recorded.</summary>
internal readonly record struct Outcome(LedgerRow Row, EmailEvent Event);

/// <summary>
/// Records outcomes in the order that makes a crash between any two writes harmless: the event row, which commits
/// the attempt (rule 4); the next attempt's queue message or schedule row (rule 5); the ledger row.
/// </summary>
internal sealed class OutcomeRecorder(
    EmailLedger ledger, EventLog events, HeldIndex held, WakeUps wakeUps, Corrections corrections, RecipientFeedback feedback, MailMeters meters, TimeProvider clock, ILogger<OutcomeRecorder> logger)
{
    /// <summary>The time for which recording is retried: only this process knows the outcome; then the lease makes it uncertain.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Records outcomes, retrying through a storage outage of minutes. If another worker has recorded the attempt as
    /// uncertain meanwhile, the known outcome wins until the next attempt begins (rule 4).
    /// </summary>
    public Task RecordAsync(IReadOnlyList<Outcome> outcomes) => PersistAsync(() => RecordKnownAsync(outcomes), outcomes.Count);

    /// <summary>Does the same as <see cref="RecordAsync"/> without retrying.</summary>
    public async Task RecordKnownAsync(IReadOnlyList<Outcome> outcomes)
    {
        var standing = await RecordOnceAsync(outcomes, CancellationToken.None);
        foreach (var (e, outcome) in standing.Zip(outcomes).Where(pair => pair.First.Token != pair.Second.Event.Token))
            await corrections.TryCorrectAsync(outcome, e, CancellationToken.None);
    }

    /// <summary>Repeats a write through a storage outage of minutes; what it writes must be harmless to write twice.</summary>
    public async Task PersistAsync(Func<Task> write, int count)
    {
        var started = clock.GetTimestamp();
        var pause = TimeSpan.FromSeconds(1);
        while (true)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception exception) when (StorageFault.Is(exception) && clock.GetElapsedTime(started) < Patience)
            {
                logger.RecordingDelayed(count, exception.GetType().Name);
                await Task.Delay(pause, clock, CancellationToken.None);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
        }
    }

    /// <summary>Records outcomes. If another worker has recorded one of these attempts first, what it recorded is kept.</summary>
    /// <returns>The stored event of each attempt, in the order given.</returns>
    public async Task<EmailEvent[]> RecordOnceAsync(IReadOnlyList<Outcome> outcomes, CancellationToken cancellationToken)
    {
        var standing = await events.InsertOrAdoptManyAsync([.. outcomes.Select(outcome => outcome.Event)], cancellationToken);
        foreach (var e in standing.Where(e => e.State.AwaitsPerson()))
            await held.AddAsync(e.Id, e.State, e.At, cancellationToken);

        LedgerRow[] rows = [.. outcomes.Select((outcome, i) => Projection.Apply(outcome.Row, standing[i]))];
        var written = await wakeUps.MoveAsync(rows, cancellationToken);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] is null)
                await ProjectAgainAsync(standing[i], outcomes[i].Row.Claim?.Worker, cancellationToken);
        }

        await feedback.NoteAsync(rows, cancellationToken);

        // Counted last, since a run that storage interrupts is repeated. Outcomes recorded by another worker are counted there.
        foreach (var (e, outcome) in standing.Zip(outcomes).Where(pair => pair.First.Token == pair.Second.Event.Token))
            meters.Recorded(e);

        return standing;
    }

    /// <summary>
    /// Applies the event to a row that was written in between: by a renewal, or by a worker that resolved the same attempt. The
    /// attempt's number may belong to another claim by now, whose row this event does not concern.
    /// </summary>
    private async Task ProjectAgainAsync(EmailEvent e, string? worker, CancellationToken cancellationToken)
    {
        while (await ledger.ReadAsync(e.Id, cancellationToken) is { State: EmailState.Sending } row && row.Attempt == e.Attempt && row.Claim?.Worker == worker)
        {
            if (await ledger.TryUpdateAsync(Projection.Apply(row, e), cancellationToken) is not null)
                return;
        }
    }
}
