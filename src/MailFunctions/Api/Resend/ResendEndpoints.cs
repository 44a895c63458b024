using MailFunctions.Api.Emails;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Resend;

/// <summary>
/// Handles the calls of Resend's clients, and answers as Resend does. These calls need an API key instead of the host's
/// function key; until one is made, all of them answer 404.
/// </summary>
public sealed class ResendEndpoints
{
    private const int MaxChangeValues = 10;

    /// <summary>The assumed length of a text that is stored in blobs, until it is loaded.</summary>
    private const long UsualText = 4 * 1024 * 1024;

    private readonly CallEdge _edge;
    private readonly ResendParts _parts;
    private readonly TimeProvider _clock;

    internal ResendEndpoints(CallEdge edge, ResendParts parts, TimeProvider clock) =>
        (_edge, _parts, _clock) = (edge, parts, clock);

    /// <summary><c>POST resend/emails</c>.</summary>
    public Task<IResult> SubmitAsync(HttpRequest request, CancellationToken cancellationToken) => OpenAsync(
        "ResendSubmitEmail",
        request,
        caller => TakeAsync(request, ignored => _parts.Calls.SingleMail(caller, ignored), cancellationToken),
        cancellationToken);

    /// <summary><c>POST resend/emails/batch</c>.</summary>
    public Task<IResult> SubmitBatchAsync(HttpRequest request, CancellationToken cancellationToken) => OpenAsync(
        "ResendSubmitBatch",
        request,
        caller => BatchMode.TryRead(request, out var permissive, out var problem)
            ? TakeAsync(request, ignored => _parts.Calls.Batch(caller, permissive, ignored), cancellationToken)
            : Task.FromResult(problem!.ToResult()),
        cancellationToken);

    /// <summary><c>GET resend/emails/{id}</c>.</summary>
    public Task<IResult> ReadAsync(string id, HttpRequest request, CancellationToken cancellationToken) => OpenAsync(
        "ResendReadEmail",
        request,
        async caller =>
        {
            if (await FindAsync(id, caller, cancellationToken) is not { } row)
                return NotFound();
            if (row.Content is { Inline: null } && HeldMemory.Of(request)?.TryHold(UsualText) == false)
                return Problem.ServerBusy(RequestBody.BusyRetryAfter).ToResult();
            var content = caller.May(Rights.ReadContent) ? await TextOfAsync(row, cancellationToken) : null;
            if (HeldMemory.Of(request)?.TryHold((content?.Text?.Length ?? 0) + (content?.Html?.Length ?? 0)) == false)
                return Problem.ServerBusy(RequestBody.BusyRetryAfter).ToResult();
            return new JsonResult<ResendEmail>(ResendEmail.Of(row, content), ResendEmailJson.Default.ResendEmail);
        },
        cancellationToken);

    /// <summary><c>PATCH resend/emails/{id}</c>.</summary>
    public Task<IResult> RescheduleAsync(string id, HttpRequest request, CancellationToken cancellationToken) => OpenAsync(
        "ResendRescheduleEmail",
        request,
        async caller =>
        {
            var document = await RequestDocument.ReadAsync(request, MaxChangeValues, cancellationToken);
            if (!document.Succeeded)
                return document.Problem.ToResult();

            var (now, errors, ignored) = (_clock.GetUtcNow(), new ErrorList(), new IgnoredFields());
            errors.AddAll(document.Value.Errors);
            var time = ScheduleRules.ReadChange(new RequestDocument(ResendDialect.Change(document.Value.Root, now, errors, ignored), errors), now);
            ignored.WriteTo(request.HttpContext.Response);
            if (!time.Succeeded)
                return time.Problem.ToResult();
            if (await FindAsync(id, caller, cancellationToken) is null)
                return NotFound();
            return Changed(id, await _parts.Rescheduler.TryRescheduleAsync(id, time.Value, caller, cancellationToken));
        },
        cancellationToken);

    /// <summary><c>POST resend/emails/{id}/cancel</c>.</summary>
    public Task<IResult> CancelAsync(string id, HttpRequest request, CancellationToken cancellationToken) => OpenAsync(
        "ResendCancelEmail",
        request,
        async caller => await FindAsync(id, caller, cancellationToken) is null
            ? NotFound()
            : Changed(id, await _parts.Canceler.TryCancelAsync(id, caller, cancellationToken)),
        cancellationToken);

    /// <summary>Translates problems into Resend's errors, for all calls.</summary>
    private async Task<IResult> OpenAsync(string call, HttpRequest request, Func<Caller, Task<IResult>> answer, CancellationToken cancellationToken)
    {
        var result = await _edge.RunAsync(call, request.WithKeyAlone(), answer, cancellationToken);
        return result is ProblemResult wrong ? new ResendErrorResult(wrong.Problem) : result;
    }

    private async Task<IResult> TakeAsync(HttpRequest request, Func<IgnoredFields, IntakeCall> callOf, CancellationToken cancellationToken)
    {
        var ignored = new IgnoredFields();
        var received = await _parts.Pipeline.TakeAsync(request, callOf(ignored), cancellationToken);
        ignored.WriteTo(request.HttpContext.Response);
        return received.Succeeded ? new ReceivedResult(received.Value, StatusCodes.Status200OK) : received.Problem.ToResult();
    }

    /// <returns>The row with its content; null when there is no such email, or when the caller may not see it.</returns>
    private async Task<LedgerRow?> FindAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        EmailId.TryParse(id, out var emailId)
        && (await _parts.Ledger.ReadManyAsync([emailId], cancellationToken)).TryGetValue(emailId, out var row)
        && row.State != EmailState.Void
        && caller.Sees(row)
            ? row
            : null;

    /// <returns>Null when the content is purged, or being purged at this moment.</returns>
    private async Task<EmailContent?> TextOfAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        try
        {
            return row.Content is null ? null : await _parts.Contents.LoadTextAsync(row.Content, cancellationToken);
        }
        catch (InvalidDataException) when (row.State.IsFinal())
        {
            return null;
        }
    }

    private static IResult Changed<T>(string id, OrProblem<T> change)
        where T : class =>
        change.Succeeded ? new JsonResult<ResendChanged>(new("email", id), ResendJson.Default.ResendChanged) : change.Problem.ToResult();

    private static IResult NotFound() => Problem.NotFound("There is no email of this id.").ToResult();
}

/// <summary>The stages that the endpoints use.</summary>
internal sealed record ResendParts(
    ResendCalls Calls,
    RequestPipeline Pipeline,
    EmailLedger Ledger,
    ContentStore Contents,
    EmailCanceler Canceler,
    EmailRescheduler Rescheduler);
