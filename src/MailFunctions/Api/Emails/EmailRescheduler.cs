using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Emails;

/// <summary>Moves scheduled mail to another time.</summary>
public sealed class EmailRescheduler
{
    private const int MaxValues = 10;

    private readonly EmailLedger _ledger;
    private readonly ScheduledMessages _scheduled;
    private readonly LaneLifetimes _lifetimes;
    private readonly TimeProvider _clock;
    private readonly ILogger<EmailRescheduler> _logger;

    internal EmailRescheduler(EmailLedger ledger, ScheduledMessages scheduled, LaneLifetimes lifetimes, TimeProvider clock, ILogger<EmailRescheduler> logger) =>
        (_ledger, _scheduled, _lifetimes, _clock, _logger) = (ledger, scheduled, lifetimes, clock, logger);

    /// <summary><c>PATCH emails/{id}</c> with <c>{"scheduled_at": …}</c>: 409 when the email is not scheduled any more.</summary>
    public async Task<IResult> RescheduleAsync(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem.ToResult();
        var time = ScheduleRules.ReadChange(document.Value, _clock.GetUtcNow());
        if (!time.Succeeded)
            return time.Problem.ToResult();

        var moved = await TryRescheduleAsync(id, time.Value, cancellationToken);
        return moved.Succeeded ? new JsonResult<RescheduledAnswer>(moved.Value, ContractsJson.Default.RescheduledAnswer) : moved.Problem.ToResult();
    }

    /// <summary>Moves an email for callers that read and answer in their own format.</summary>
    internal async Task<OrProblem<RescheduledAnswer>> TryRescheduleAsync(string id, MovedTime time, CancellationToken cancellationToken)
    {
        while (EmailId.TryParse(id, out var emailId) && await _ledger.ReadAsync(emailId, cancellationToken) is { State: not EmailState.Void } row)
        {
            if (row.State != EmailState.Scheduled)
                return Problem.Conflict($"The email is {row.State.Name()}: only one that is scheduled can be given another time.");
            if (row.NamedEnd <= time.At)
                return Problem.Validation([new ProblemError("must lie before expires_at, which the email was accepted with", Pointer: "/scheduled_at")]);
            if (await TryMoveAsync(row, time.At, cancellationToken) is { } moved)
                return new RescheduledAnswer(id, moved.State.Name(), moved.ScheduledAt!.Value, moved.ExpiresAt);
        }

        return Problem.NotFound("There is no email of this id.");
    }

    /// <summary>
    /// Writes a queue message, the ledger row, and a second queue message (rule 5). The first message is due at the new time,
    /// but never before the row is certainly written: a worker would find the mail not due, and defer it to the old time. So
    /// the mail is sent even if the second message fails: minutes late at worst, when the new time is near.
    /// </summary>
    private async Task<LedgerRow?> TryMoveAsync(LedgerRow row, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var next = NamedAttempt.NextOf(row);
        var windowEnd = at + _lifetimes.Of(row.Lane);
        var moved = row with { ScheduledAt = at, DueAt = at, ExpiresAt = row.NamedEnd < windowEnd ? row.NamedEnd.Value : windowEnd };
        var written = await TimelyWrite.RunAsync(
            async within =>
            {
                var surely = _clock.GetUtcNow() + TimelyWrite.WakeUpAfter;
                await _scheduled.PutAsync(row.Lane, next, at > surely ? at : surely, within);
                return await _ledger.TryUpdateAsync(moved, within);
            },
            _clock,
            cancellationToken);
        if (written is not null)
            await TryWakeInTimeAsync(row.Lane, next, at);
        return written;
    }

    /// <summary>
    /// Puts the second message. The new time is committed by now: neither a storage failure nor a caller who has
    /// disconnected changes that.
    /// </summary>
    private async Task TryWakeInTimeAsync(Lane lane, NamedAttempt next, DateTimeOffset at)
    {
        try
        {
            await _scheduled.PutAsync(lane, next, at, CancellationToken.None);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            _logger.WokenLater(next.Id.ToString(), exception.GetType().Name);
        }
    }
}
