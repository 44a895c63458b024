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

/// <summary>
/// Handles every request that submits mail, native or in Resend's format: reads, validates and accepts it, once per
/// idempotency key.
/// </summary>
internal sealed class RequestPipeline(
    IdempotencyGate gate, TemplateLoader templates, FileLoader files, EarlierTry earlier, SubmissionQuota quota, TimeProvider clock, ILogger<RequestPipeline> logger)
{
    public async Task<OrProblem<Received>> TakeAsync(HttpRequest request, IntakeCall call, CancellationToken cancellationToken)
    {
        var key = IdempotencyKey.Of(request);
        if (key is not null && !IdempotencyKey.IsValid(key, out var unusable))
            return unusable;

        var document = await RequestDocument.ReadAsync(request, call.MaxValues, cancellationToken, call.TakesBytes);
        if (!document.Succeeded)
            return document.Problem;

        return key is null
            ? await AcceptAsync(request, call, document.Value, entry: null, cancellationToken)
            : await AcceptOnceAsync(request, call, document.Value, IdempotencyKey.Of(await call.Caller.ScopeAsync(cancellationToken), key), cancellationToken);
    }

    private async Task<OrProblem<Received>> AcceptOnceAsync(
        HttpRequest request, IntakeCall call, RequestDocument document, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var admission = await gate.EnterAsync(key, CanonicalHash.Of(call.Operation, document.Root), cancellationToken);
        if (admission.Problem is { } problem)
            return problem;
        if (admission.Replay is { } before)
            return new Received(before.Body, before.Id, IsReplay: true);

        try
        {
            return await AcceptAsync(request, call, document, admission.Entry, cancellationToken);
        }
        catch (EntryLostException)
        {
            return Problem.ConcurrentIdempotentRequests(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<OrProblem<Received>> AcceptAsync(
        HttpRequest request, IntakeCall call, RequestDocument document, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        var before = entry is null ? EarlierTry.Nothing : await earlier.CloseAsync(entry.Emails, cancellationToken);
        var submission = await JudgeAsync(call, document, entry?.CreatedAt ?? clock.GetUtcNow(), before, cancellationToken);
        if (!submission.Succeeded)
            return submission.Problem;

        var accepted = await quota.AcceptAsync(request, call, submission.Value.By(call.Caller.Key?.Id), entry, cancellationToken);
        if (!accepted.Succeeded)
            return accepted.Problem;

        var mail = accepted.Value;
        Log(mail);
        var answer = call.Answer(mail);
        if (entry is not null)
            await CompleteAsync(entry, answer, submission.Value);
        return new Received(answer, mail.Id, IsReplay: false) { Delivery = mail.Delivery };
    }

    /// <summary>
    /// Validates the fields and the sender, then the lengths of the named files, then reads the files. Templates are rendered
    /// and files pinned here: the accepted content is what is sent, even if they change later.
    /// </summary>
    private async Task<OrProblem<Submission>> JudgeAsync(
        IntakeCall call, RequestDocument document, DateTimeOffset now, IReadOnlyDictionary<int, LedgerRow> accepted, CancellationToken cancellationToken)
    {
        var lookups = new RequestLookups(
            await templates.LoadAsync(TemplateRules.References(document.Root), call.Caller.SeesTemplate, document.Memory, cancellationToken),
            call.NamesFiles ? files.Unseen() : FileSet.Empty);
        var submission = call.Read(document, now, lookups, accepted);
        if (lookups.Templates.IsStarved)
            return Problem.ServerBusy(RequestBody.BusyRetryAfter);
        if (!submission.Succeeded || FileLoader.Of(submission.Value.Drafts) is not { Count: > 0 } named)
            return submission;

        var looked = await files.LookAsync(named, cancellationToken);
        submission = call.Read(document, now, lookups with { Files = looked }, accepted);
        if (!submission.Succeeded || FileLoader.Of(submission.Value.Drafts) is not { Count: > 0 } sound)
            return submission;
        return FileLoader.Weigh(sound) is { } tooMuch
            ? tooMuch
            : call.Read(document, now, lookups with { Files = await files.PinAsync(sound, cancellationToken) }, accepted);
    }

    private void Log(AcceptedMail mail)
    {
        if (mail.Batch is { } batch)
            logger.AcceptedBatch(batch.ToString(), mail.Rows.Count);
        else
            logger.Accepted(mail.Id.ToString(), mail.Rows[0].Lane.Name(), mail.Rows[0].Recipients.Count);
    }

    /// <summary>
    /// Stores the answer. The mail is accepted even if this fails: the next try with the key then finds the accepted mail.
    /// </summary>
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

/// <summary>The answer to a caller whose mail is accepted.</summary>
/// <param name="Id">The id of the mail, or of the batch.</param>
/// <param name="IsReplay">True when the same answer was given before.</param>
internal sealed record Received(byte[] Body, EmailId Id, bool IsReplay)
{
    /// <summary>The delivery that this call has begun; null when it is left to the queue.</summary>
    public Task<bool>? Delivery { get; init; }
}
