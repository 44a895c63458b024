using MailFunctions.Http;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Keys.Callers;

/// <summary>
/// Runs the body of every HTTP trigger that needs a key: finds out who calls, refuses what they may not do, and passes the
/// <see cref="Caller"/> to the call.
/// </summary>
public sealed class CallEdge
{
    private readonly HttpEdge _edge;
    private readonly Authenticator _authenticator;

    internal CallEdge(HttpEdge edge, Authenticator authenticator) => (_edge, _authenticator) = (edge, authenticator);

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
        async () =>
        {
            var admitted = await _authenticator.AdmitAsync(ApiCalls.Named(call), request, cancellationToken);
            return admitted.Succeeded ? await answer(admitted.Value) : admitted.Problem.ToResult();
        },
        cancellationToken);
}
