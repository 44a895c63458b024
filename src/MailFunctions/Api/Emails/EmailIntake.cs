using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>
/// Accepts mail: reads and validates a request, and answers 202 once all of it is durable. Otherwise it answers with a
/// problem: 400, 413 or 415 for an unreadable body, 403 for a sender or anything else that is not allowed, 409 for an idempotency key in use,
/// 422 with every error at once.
/// </summary>
public sealed class EmailIntake
{
    private readonly EmailRequest _emails;
    private readonly BatchRequest _batches;
    private readonly Acceptance _acceptance;
    private readonly RequestPipeline _pipeline;
    private readonly InlineDelivery _inline;
    private readonly InlineAnswers _inlineAnswers;
    private readonly TimeProvider _clock;

    internal EmailIntake(
        EmailRequest emails,
        BatchRequest batches,
        Acceptance acceptance,
        RequestPipeline pipeline,
        InlineDelivery inline,
        InlineAnswers inlineAnswers,
        TimeProvider clock)
    {
        _emails = emails;
        _batches = batches;
        _acceptance = acceptance;
        _pipeline = pipeline;
        _inline = inline;
        _inlineAnswers = inlineAnswers;
        _clock = clock;
    }

    /// <summary><c>POST emails</c>. With <c>Prefer: wait=N</c> (RFC 7240), of a caller who may read, also 200, with the result of the first attempt.</summary>
    public async Task<IResult> SubmitAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var began = _clock.GetTimestamp();
        var wait = _inline.IsPossible && caller.May(Rights.Read | Rights.ReadOwn) ? WaitPreference.Of(request) : null;
        var received = await _pipeline.TakeAsync(request, SingleMail(caller, wait), cancellationToken);
        if (!received.Succeeded)
            return received.Problem.ToResult();

        var accepted = new ReceivedResult(received.Value, StatusCodes.Status202Accepted, $"{request.PathBase}{request.Path}/{received.Value.Id}");
        return received.Value.Delivery is { } delivery
            ? await _inlineAnswers.AwaitAsync(delivery, received.Value.Id, wait!.Value, wait.Value - _clock.GetElapsedTime(began), accepted, caller, cancellationToken)
            : accepted;
    }

    /// <summary><c>POST emails/batch</c>.</summary>
    public async Task<IResult> SubmitBatchAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        if (!BatchMode.TryRead(request, out var permissive, out var problem))
            return problem!.ToResult();

        var received = await _pipeline.TakeAsync(request, Batch(caller, permissive), cancellationToken);
        return received.Succeeded
            ? new ReceivedResult(received.Value, StatusCodes.Status202Accepted, LocationOfBatch(request, received.Value.Id))
            : received.Problem.ToResult();
    }

    private static string LocationOfBatch(HttpRequest request, EmailId id)
    {
        var path = $"{request.PathBase}{request.Path}";
        var end = path.LastIndexOf("/emails/batch", StringComparison.OrdinalIgnoreCase);
        return $"{(end < 0 ? "" : path[..end])}/batches/{id}";
    }

    /// <param name="wait">The time that the caller waits for the outcome; null when it does not.</param>
    private IntakeCall SingleMail(Caller caller, TimeSpan? wait) => new()
    {
        Caller = caller,
        Operation = "emails",
        MaxValues = EmailLimits.JsonValues,
        Read = IntakeCall.ReaderOfOne((document, now, lookups) => ReadOne(document, now, lookups, caller)),
        Accept = wait is { } within
            ? (submission, entry, cancellationToken) => AcceptInlineAsync(submission, entry, within, cancellationToken)
            : _acceptance.AcceptAsync,
        Answer = accepted => AcceptedAnswers.Of(accepted.Rows[0]),
    };

    /// <param name="permissive">True to leave invalid emails out; otherwise one invalid email refuses all.</param>
    private IntakeCall Batch(Caller caller, bool permissive) => new()
    {
        Caller = caller,
        Operation = permissive ? "emails/batch permissive" : "emails/batch",
        MaxValues = EmailLimits.BatchJsonValues,
        Read = (document, now, lookups, accepted) => _batches.Parse(document, new BatchTerms(permissive, Rule: caller.Refuses) { Accepted = accepted, DefaultLane = caller.DefaultLane }, now, lookups),
        Accept = _acceptance.AcceptBatchAsync,
        Answer = accepted => AcceptedAnswers.Of(accepted.Id, accepted.Rows, accepted.Faults),
    };

    private OrProblem<Submission> ReadOne(RequestDocument document, DateTimeOffset now, RequestLookups lookups, Caller caller)
    {
        var submission = _emails.Parse(document, now, lookups, caller.DefaultLane);
        return submission.Succeeded && caller.RefusesAlone(submission.Value.Drafts[0]) is { } refused ? refused : submission;
    }

    /// <summary>Commits a mail and begins to deliver it. Scheduled mail and bulk mail are left to the queue.</summary>
    private async Task<AcceptedMail> AcceptInlineAsync(Submission submission, IdempotencyEntry? entry, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (submission.Drafts is not [{ Lane: Lane.Transactional, ScheduledAt: null }])
            return await _acceptance.AcceptAsync(submission, entry, cancellationToken);

        var (row, fallback) = await _acceptance.AcceptInlineAsync(submission, entry, InlineDelivery.NetHiddenFor, cancellationToken);
        return new AcceptedMail(Batch: null, [row], submission.Faults)
        {
            Delivery = fallback is { } put ? _inline.Begin(row, put, wait) : null,
        };
    }
}
