using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using MailFunctions.Telemetry;
using MailFunctions.Templates;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Emails;

/// <summary>The way of every request that hands in mail, whichever door it came to: read, judged, accepted, and with an idempotency key once.</summary>
internal sealed class RequestPipeline(IdempotencyGate door, TemplateLoader templates, FileLoader files, EarlierTry earlier, TimeProvider clock, ILogger<RequestPipeline> logger)
{
    /// <param name="scopeOf">Whose idempotency keys count; asked only when the request has one.</param>
    public async Task<OrProblem<Received>> TakeAsync(
        HttpRequest request, IntakeCall call, Func<CancellationToken, Task<string>> scopeOf, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(request);
        if (key is not null && !IdempotencyKey.IsValid(key, out var unusable))
            return unusable;

        var document = await RequestDocument.ReadAsync(request, call.MaxValues, cancellationToken, call.TakesBytes);
        if (!document.Succeeded)
            return document.Problem;

        return key is null
            ? await AcceptAsync(call, document.Value, entry: null, cancellationToken)
            : await AcceptOnceAsync(call, document.Value, IdempotencyKey.Of(await scopeOf(cancellationToken), key), cancellationToken);
    }

    private async Task<OrProblem<Received>> AcceptOnceAsync(IntakeCall call, RequestDocument document, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var passage = await door.EnterAsync(key, CanonicalHash.Of(call.Operation, document.Root), cancellationToken);
        if (passage.Problem is { } problem)
            return problem;
        if (passage.Replay is { } before)
            return new Received(before, IsReplay: true);

        try
        {
            return await AcceptAsync(call, document, passage.Entry, cancellationToken);
        }
        catch (EntryLostException)
        {
            return Problem.ConcurrentIdempotentRequests(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<OrProblem<Received>> AcceptAsync(IntakeCall call, RequestDocument document, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var accepted = entry is null ? EarlierTry.Nothing : await earlier.CloseAsync(entry.Emails, cancellationToken);
        var submission = await JudgeAsync(call, document, entry?.CreatedAt ?? clock.GetUtcNow(), accepted, cancellationToken);
        if (!submission.Succeeded)
            return submission.Problem;

        var answer = await call.AcceptAsync(submission.Value, entry, cancellationToken);
        if (entry is not null)
            await CompleteAsync(entry, answer, submission.Value);
        return new Received(answer, IsReplay: false);
    }

    /// <summary>
    /// Reads the fields, and who sends; then looks how long the files are that are named; then reads them. Templates are
    /// rendered and files pinned now: what is accepted is what is sent, whatever becomes of them.
    /// </summary>
    private async Task<OrProblem<Submission>> JudgeAsync(
        IntakeCall call, RequestDocument document, DateTimeOffset now, IReadOnlyDictionary<int, LedgerRow> accepted, CancellationToken cancellationToken)
    {
        var lookups = new RequestLookups(
            await templates.LoadAsync(TemplateRules.References(document.Root), document.Memory, cancellationToken),
            call.NamesFiles ? files.Unseen() : FileSet.Empty);
        var submission = call.Parse(document, now, lookups, accepted);
        if (lookups.Templates.IsStarved)
            return Problem.ServerBusy(RequestBody.BusyRetryAfter);
        if (!submission.Succeeded || FileLoader.Of(submission.Value.Drafts) is not { Count: > 0 } named)
            return submission;

        var looked = await files.LookAsync(named, cancellationToken);
        submission = call.Parse(document, now, lookups with { Files = looked }, accepted);
        if (!submission.Succeeded || FileLoader.Of(submission.Value.Drafts) is not { Count: > 0 } sound)
            return submission;
        return FileLoader.Weigh(sound) is { } tooMuch
            ? tooMuch
            : call.Parse(document, now, lookups with { Files = await files.PinAsync(sound, cancellationToken) }, accepted);
    }

    /// <summary>The mail is accepted, whatever comes of this: without it the next try with the key finds that out by itself.</summary>
    private async Task CompleteAsync(IdempotencyEntry entry, byte[] answer, Submission submission)
    {
        var now = clock.GetUtcNow();
        var lastSend = submission.Drafts.Select(draft => draft.ScheduledAt).Concat(submission.Accepted.Values.Select(row => row.ScheduledAt)).Max();
        try
        {
            await entry.CompleteAsync(answer, lastSend > now ? lastSend.Value : now, CancellationToken.None);
        }
        catch (Exception exception)
        {
            logger.AnswerNotKept(exception.GetType().Name);
        }
    }
}

/// <summary>What a caller is answered whose mail is accepted.</summary>
/// <param name="IsReplay">It was answered so before.</param>
internal sealed record Received(byte[] Body, bool IsReplay);
