using MailFunctions.Api.Held;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ListDeadLetters(DeadLetterReader deadLetters, CallEdge edge)
{
    [Function(nameof(ListDeadLetters))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(ListDeadLetters), request, _ => deadLetters.ListAsync(cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ListDeadLetters))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/dead-letters")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
