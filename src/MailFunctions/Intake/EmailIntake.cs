using System.Text.Json;
using MailFunctions.Http;
using MailFunctions.Idempotency;
using MailFunctions.Storage;
using MailFunctions.Templates;
using MailFunctions.Trust;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Intake;

/// <summary>
/// Accepts mail: reads and checks a request, and answers 202 once all of it is durable. Else it answers with a problem:
/// 400, 413 or 415 for a body that cannot be read, 403 for a sender that is not allowed, 409 for an idempotency key that
/// is in use, 422 with every error at once.
/// </summary>
public sealed class EmailIntake
{
    private readonly EmailRequest _emails;
    private readonly BatchRequest _batches;
    private readonly TemplateLoader _templates;
    private readonly Acceptance _acceptance;
    private readonly Callers _callers;
    private readonly IdempotencyDoor _door;
    private readonly TimeProvider _clock;
    private readonly ILogger<EmailIntake> _logger;

    internal EmailIntake(
        EmailRequest emails, BatchRequest batches, TemplateLoader templates, Acceptance acceptance, Callers callers, IdempotencyDoor door, TimeProvider clock, ILogger<EmailIntake> logger)
    {
        _emails = emails;
        _batches = batches;
        _templates = templates;
        _acceptance = acceptance;
        _callers = callers;
        _door = door;
        _clock = clock;
        _logger = logger;
    }

    /// <summary><c>POST emails</c>.</summary>
    public Task<IResult> SubmitAsync(HttpRequest request, CancellationToken cancellationToken) =>
        TakeAsync(request, new SubmitCall(_emails, _acceptance, _logger), cancellationToken);

    /// <summary><c>POST emails/batch</c>.</summary>
    public Task<IResult> SubmitBatchAsync(HttpRequest request, CancellationToken cancellationToken) =>
        SubmitBatchCall.TryReadMode(request, out var permissive, out var problem)
            ? TakeAsync(request, new SubmitBatchCall(_batches, permissive, _acceptance, _logger), cancellationToken)
            : Task.FromResult(problem!.ToResult());

    private async Task<IResult> TakeAsync(HttpRequest request, IntakeCall call, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(request);
        if (key is not null && !IdempotencyKey.IsValid(key, out var unusable))
            return unusable.ToResult();

        var document = await RequestDocument.ReadAsync(request, call.MaxValues, cancellationToken);
        if (!document.Succeeded)
            return document.Problem.ToResult();

        return key is null
            ? await AcceptAsync(request, call, document.Value, entry: null, cancellationToken)
            : await AcceptOnceAsync(request, call, document.Value, key, cancellationToken);
    }

    private async Task<IResult> AcceptOnceAsync(HttpRequest request, IntakeCall call, RequestDocument document, string key, CancellationToken cancellationToken)
    {
        var scope = await _callers.ScopeOfAsync(request, cancellationToken);
        var passage = await _door.EnterAsync(IdempotencyKey.Of(scope, key), CanonicalHash.Of(call.Operation, document.Root), cancellationToken);
        if (passage.Problem is { } problem)
            return problem.ToResult();
        if (passage.Replay is { } before)
            return Answer(request, call, before, isReplay: true);

        try
        {
            return await AcceptAsync(request, call, document, passage.Entry, cancellationToken);
        }
        catch (EntryLostException)
        {
            return Problem.ConcurrentIdempotentRequests(TimeSpan.FromSeconds(1)).ToResult();
        }
    }

    private async Task<IResult> AcceptAsync(
        HttpRequest request, IntakeCall call, RequestDocument document, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        // Rendered now: what is accepted is what is sent, whatever becomes of the template.
        var templates = await _templates.LoadAsync(TemplateRules.References(document.Root), cancellationToken);
        var submission = call.Parse(document, entry?.CreatedAt ?? _clock.GetUtcNow(), templates);
        if (!submission.Succeeded)
            return submission.Problem.ToResult();

        var answer = await call.AcceptAsync(submission.Value, entry, cancellationToken);
        if (entry is not null)
            await CompleteAsync(entry, answer, submission.Value);
        return Answer(request, call, answer, isReplay: false);
    }

    /// <summary>The mail is accepted, whatever comes of this: without it the next try with the key finds that out by itself.</summary>
    private async Task CompleteAsync(IdempotencyEntry entry, byte[] answer, Submission submission)
    {
        var now = _clock.GetUtcNow();
        try
        {
            await entry.CompleteAsync(answer, submission.Drafts.Max(draft => draft.ScheduledAt > now ? draft.ScheduledAt.Value : now), CancellationToken.None);
        }
        catch (Exception exception) when (StorageFault.Is(exception))
        {
            _logger.AnswerNotKept(exception.GetType().Name);
        }
    }

    private static AcceptedResult Answer(HttpRequest request, IntakeCall call, byte[] body, bool isReplay)
    {
        using var json = JsonDocument.Parse(body);
        return new AcceptedResult(body, call.LocationOf(request, json.RootElement.GetProperty("id").GetString()!), isReplay);
    }
}
