using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Moves scheduled mail to another time.</summary>
public sealed class EmailRescheduler
{
    private const int MaxValues = 10;

    private readonly EmailLedger _ledger;
    private readonly WakeUps _wakeUps;
    private readonly LaneLifetimes _lifetimes;
    private readonly TimeProvider _clock;

    internal EmailRescheduler(EmailLedger ledger, WakeUps wakeUps, LaneLifetimes lifetimes, TimeProvider clock) =>
        (_ledger, _wakeUps, _lifetimes, _clock) = (ledger, wakeUps, lifetimes, clock);

    /// <summary><c>PATCH emails/{id}</c> with <c>{"scheduled_at": …}</c>: 409 when the email is not scheduled any more.</summary>
    public async Task<IResult> RescheduleAsync(string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var document = await RequestDocument.ReadAsync(request, MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem.ToResult();
        var time = ScheduleRules.ReadChange(document.Value, _clock.GetUtcNow());
        if (!time.Succeeded)
            return time.Problem.ToResult();

        var moved = await TryRescheduleAsync(id, time.Value, caller, cancellationToken);
        return moved.Succeeded ? new JsonResult<RescheduledAnswer>(moved.Value, ContractsJson.Default.RescheduledAnswer) : moved.Problem.ToResult();
    }

    /// <summary>Moves an email for callers that read and answer in their own format.</summary>
    internal async Task<OrProblem<RescheduledAnswer>> TryRescheduleAsync(string id, MovedTime time, Caller caller, CancellationToken cancellationToken)
    {
        while (EmailId.TryParse(id, out var emailId) && await _ledger.ReadAsync(emailId, cancellationToken) is { State: not EmailState.Void } row && caller.Sees(row))
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

    private Task<LedgerRow?> TryMoveAsync(LedgerRow row, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var windowEnd = at + _lifetimes.Of(row.Lane);
        var moved = row with { ScheduledAt = at, DueAt = at, ExpiresAt = row.NamedEnd < windowEnd ? row.NamedEnd.Value : windowEnd };
        return _wakeUps.TryRescheduleAsync(moved, cancellationToken);
    }
}
