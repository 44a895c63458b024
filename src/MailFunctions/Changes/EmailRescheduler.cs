using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Intake;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Requests;
using MailFunctions.Schedule;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Changes;

/// <summary>Moves mail that is scheduled to another time.</summary>
public sealed class EmailRescheduler
{
    private const int MaxValues = 10;

    private readonly EmailLedger _ledger;
    private readonly LaterMail _later;
    private readonly RetrySchedule _retry;
    private readonly TimeProvider _clock;

    internal EmailRescheduler(EmailLedger ledger, LaterMail later, RetrySchedule retry, TimeProvider clock) =>
        (_ledger, _later, _retry, _clock) = (ledger, later, retry, clock);

    /// <summary><c>PATCH emails/{id}</c> with <c>{"scheduled_at": …}</c>: 409 when it is not scheduled any more.</summary>
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

    /// <summary>The same, for those who read and answer in words of their own.</summary>
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
    /// Rule 5: what wakes it at the new time, the ledger row, and what wakes it once more. The first may be used up before
    /// the row says the new time, and then finds the mail not due; what woke it at the old time finds the same, or is late.
    /// </summary>
    private async Task<LedgerRow?> TryMoveAsync(LedgerRow row, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var next = NamedAttempt.NextOf(row);
        await _later.PutAsync(row.Lane, next, at, cancellationToken);
        var windowEnd = at + _retry.WindowOf(row.Lane);
        var moved = row with { ScheduledAt = at, DueAt = at, ExpiresAt = row.NamedEnd < windowEnd ? row.NamedEnd.Value : windowEnd };
        if (await _ledger.TryUpdateAsync(moved, cancellationToken) is not { } written)
            return null;

        await _later.PutAsync(row.Lane, next, at, cancellationToken);
        return written;
    }
}
