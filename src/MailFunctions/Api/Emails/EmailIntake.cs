using System.Text.Json;
using MailFunctions.Delivery;
using MailFunctions.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Emails;

/// <summary>
/// Accepts mail: reads and validates a request, and answers 202 once all of it is durable. Otherwise it answers with a
/// problem: 400, 413 or 415 for an unreadable body, 403 for a sender that is not allowed, 409 for an idempotency key in use,
/// 422 with every error at once.
/// </summary>
public sealed class EmailIntake
{
    private readonly EmailRequest _emails;
    private readonly BatchRequest _batches;
    private readonly Acceptance _acceptance;
    private readonly RequestPipeline _reception;
    private readonly Callers _callers;
    private readonly InlineDelivery _prompt;
    private readonly InlineAnswers _promptAnswers;
    private readonly TimeProvider _clock;
    private readonly ILogger<EmailIntake> _logger;

    internal EmailIntake(
        EmailRequest emails,
        BatchRequest batches,
        Acceptance acceptance,
        RequestPipeline reception,
        Callers callers,
        InlineDelivery prompt,
        InlineAnswers promptAnswers,
        TimeProvider clock,
        ILogger<EmailIntake> logger)
    {
        _emails = emails;
        _batches = batches;
        _acceptance = acceptance;
        _reception = reception;
        _callers = callers;
        _prompt = prompt;
        _promptAnswers = promptAnswers;
        _clock = clock;
        _logger = logger;
    }

    /// <summary><c>POST emails</c>. With <c>Prefer: wait=N</c> (RFC 7240) also 200, with the result of the first attempt.</summary>
    public async Task<IResult> SubmitAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (WaitPreference.Of(request) is not { } wait || !_prompt.IsPossible)
            return await TakeAsync(request, new SubmitCall(_emails, _acceptance, _logger), SubmitCall.LocationOf, cancellationToken);

        var began = _clock.GetTimestamp();
        var call = new InlineSubmitCall(_emails, _acceptance, _prompt, wait, _logger);
        var accepted = await TakeAsync(request, call, SubmitCall.LocationOf, cancellationToken);
        return call.Delivery is var (id, delivery)
            ? await _promptAnswers.AwaitAsync(delivery, id, wait, wait - _clock.GetElapsedTime(began), accepted, cancellationToken)
            : accepted;
    }

    /// <summary><c>POST emails/batch</c>.</summary>
    public Task<IResult> SubmitBatchAsync(HttpRequest request, CancellationToken cancellationToken) =>
        SubmitBatchCall.TryReadMode(request, out var permissive, out var problem)
            ? TakeAsync(request, new SubmitBatchCall(_batches, permissive, _acceptance, _logger), SubmitBatchCall.LocationOf, cancellationToken)
            : Task.FromResult(problem!.ToResult());

    private async Task<IResult> TakeAsync(
        HttpRequest request, IntakeCall call, Func<HttpRequest, string, string> locationOf, CancellationToken cancellationToken)
    {
        var received = await _reception.TakeAsync(request, call, token => _callers.ScopeOfAsync(request, token), cancellationToken);
        if (!received.Succeeded)
            return received.Problem.ToResult();

        using var json = JsonDocument.Parse(received.Value.Body);
        var id = json.RootElement.GetProperty("id").GetString()!;
        return new AcceptedResult(received.Value.Body, locationOf(request, id), received.Value.IsReplay);
    }
}
