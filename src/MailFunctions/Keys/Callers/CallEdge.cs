using MailFunctions.Http;
using MailFunctions.Keys.Audit;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Keys.Callers;

/// <summary>
/// Runs the body of every HTTP trigger that needs a key: finds out who calls, refuses what they may not do, passes the
/// <see cref="Caller"/> to the call, and writes the audit trail around it.
/// </summary>
public sealed class CallEdge
{
    private readonly HttpEdge _edge;
    private readonly Authenticator _authenticator;
    private readonly AuditTrail _audit;

    internal CallEdge(HttpEdge edge, Authenticator authenticator, AuditTrail audit) => (_edge, _authenticator, _audit) = (edge, authenticator, audit);

    /// <summary>Runs a call that takes no query parameters, and refuses any that is given.</summary>
    /// <param name="call">The name of the function, which is in <see cref="ApiCalls"/>.</param>
    public Task<IResult> RunAsync(string call, HttpRequest request, Func<Caller, Task<IResult>> answer, CancellationToken cancellationToken) => RunWithQueryAsync(
        call,
        request,
        caller => new QueryParameters(request.Query, []).Problem is { } problem ? Task.FromResult(problem.ToResult()) : answer(caller),
        cancellationToken);

    /// <summary>Runs a call that reads its query itself.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public Task<IResult> RunWithQueryAsync(string call, HttpRequest request, Func<Caller, Task<IResult>> answer, CancellationToken cancellationToken) => _edge.RunWithQueryAsync(
        request,
        () => AnswerAsync(ApiCalls.Named(call), request, answer, cancellationToken),
        cancellationToken);

    private async Task<IResult> AnswerAsync(ApiCall call, HttpRequest request, Func<Caller, Task<IResult>> answer, CancellationToken cancellationToken)
    {
        var caller = await _authenticator.IdentifyAsync(request, cancellationToken);
        if (!caller.Succeeded)
            return caller.Problem.ToResult();

        var refused = await _authenticator.RefusesAsync(caller.Value, call, cancellationToken);
        if (refused is null && call.IsAudited)
            return await _audit.RunAsync(await AuditedCall.OfAsync(call, caller.Value, request, cancellationToken), request, () => answer(caller.Value), cancellationToken);
        var result = refused is null ? await answer(caller.Value) : refused.ToResult();
        if (caller.Value.Key is not null && result is ProblemResult { Problem: { Status: StatusCodes.Status403Forbidden } problem })
            await _audit.RecordRefusalAsync(await AuditedCall.OfAsync(call, caller.Value, request, cancellationToken), problem.Name, cancellationToken);
        return result;
    }
}
