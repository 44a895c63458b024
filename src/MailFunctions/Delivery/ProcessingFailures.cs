using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>Counts processing failures per mail: each schedules the mail again, and the fifth makes it dead.</summary>
internal sealed class ProcessingFailures(EmailLedger ledger, WakeUps wakeUps, TerminalStates terminal, MailMeters meters, TimeProvider clock, ILogger<ProcessingFailures> logger)
{
    public const int UntilDead = 5;

    /// <param name="source">Names what failed, so that counting the same failure twice counts once.</param>
    public async Task CountAsync(EmailId id, string source, string text, CancellationToken cancellationToken)
    {
        int? before = null;
        while (await ledger.ReadAsync(id, cancellationToken) is { } row)
        {
            before ??= row.Faults;
            // Two messages that named the mail failed at once. It is not due any more, and its fault is already counted.
            var isCounted = row.Faults > before;
            if (!row.State.IsOpen() || await TryCountAsync(row, isCounted ? row.LastFaultSource! : source, text, cancellationToken))
                return;
        }
    }

    private async Task<bool> TryCountAsync(LedgerRow row, string source, string text, CancellationToken cancellationToken)
    {
        // Another worker has claimed the mail: that attempt is settled first, by its worker or by the worker that gets this message.
        // Or this failure is counted already.
        if (row.State == EmailState.Sending || row.LastFaultSource == source)
        {
            await wakeUps.PutAsync(row, cancellationToken);
            return true;
        }

        var faulted = row with { Faults = row.Faults + 1, LastFaultSource = source, Reason = text, WaitingFor = WaitReason.ProcessingFailed };
        logger.Faulted(row.Id.ToString(), faulted.Faults, source);
        if (faulted.Faults >= UntilDead)
            return await terminal.TryEndAsync(faulted, EmailState.Dead, text, cancellationToken);

        // Never before the time at which it is due anyway.
        var after = clock.GetUtcNow() + RetrySchedule.AfterFault(faulted.Faults);
        var due = row.DueAt > after ? row.DueAt.Value : after;
        var moved = await wakeUps.MoveAsync([faulted with { State = Transitions.Require(row.State, EmailState.Deferred), DueAt = due }], cancellationToken);
        if (moved[0] is not { } written)
            return false;
        meters.Deferred(written);
        return true;
    }
}
