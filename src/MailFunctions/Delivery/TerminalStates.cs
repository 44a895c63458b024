using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Delivery;

/// <summary>
/// Commits the terminal states that no attempt brings. The ledger write commits the state and names its event row, which
/// follows: written by this process, or by the next worker that gets a queue message for the mail (rule 4).
/// </summary>
internal sealed class TerminalStates(EmailLedger ledger, EventLog events, HeldIndex held, RecipientFeedback feedback, MailMeters meters, TimeProvider clock, ILogger<TerminalStates> logger)
{
    /// <returns>False if another worker wrote the row first: look again.</returns>
    public async Task<bool> TryEndAsync(LedgerRow row, EmailState state, string reason, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var told = row.State.AwaitsPerson() ? Suppressor.MarkReported(row) : row;
        var ended = told.WithEnding(EventKey.OfEnding(row.Id, now, WriteToken.New())) with
        {
            State = Transitions.Require(row.State, state),
            Reason = reason,
            WaitingFor = null,
            DueAt = null,
            EndedAt = now,
        };
        if (state.AwaitsPerson())
            await held.AddAsync(row.Id, state, now, cancellationToken);
        if (await ledger.TryUpdateAsync(ended, cancellationToken) is null)
            return false;

        meters.Ended(state, row.Lane);
        await EnsureRecordedAsync(ended, cancellationToken);
        await feedback.NoteAsync([ended], cancellationToken);
        if (state == EmailState.Dead)
            logger.Died(row.Id.ToString(), row.Faults);
        else
            logger.Attempted(row.Id.ToString(), row.Attempt, null, state.Name());
        return true;
    }

    /// <summary>Ends a mail at its expiry: expired, or on hold if a recipient is still uncertain.</summary>
    public Task<bool> TryExpireAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var reason = FormattableString.Invariant($"Not delivered to every recipient within {row.ExpiresAt - row.SendableAt} of {(row.ScheduledAt is null ? "its accept" : "its time")}. {row.Reason}");
        return TryEndAsync(row, OutcomeRules.Settled(row.Recipients), reason.TrimEnd(), cancellationToken);
    }

    /// <summary>Inserts the events of an ending and of a correction that the row has committed, if they are missing.</summary>
    public async Task EnsureRecordedAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        if (Correction.EventOf(row, clock.GetUtcNow()) is { } known)
            await events.InsertOrAdoptAsync(known, cancellationToken);
        if (EventOf(row, clock.GetUtcNow()) is { } e)
            await events.InsertOrAdoptAsync(e, cancellationToken);
    }

    /// <summary>The event of the row's ending, the same for every worker that makes it; null if the row has no ending.</summary>
    internal static EmailEvent? EventOf(LedgerRow row, DateTimeOffset now) => row.Ending is not { } key ? null : new EmailEvent
    {
        Key = key,
        Id = row.Id,
        Kind = EventKind.Ending,
        Attempt = row.Attempt,
        At = row.EndedAt ?? now,
        Lane = row.Lane,
        SendableAt = row.SendableAt,
        Tags = row.Tags,
        // Recipients left out of an attempt that will not take place are reported, and counted, here.
        Recipients = [.. row.Recipients.Where(recipient => recipient.IsSuppressed && recipient.Attempt > row.Attempt)],
        State = row.State,
        Reason = row.Reason,
        Token = WriteToken.New(),
    };
}
