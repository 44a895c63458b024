using MailFunctions.Api.Held;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class DeleteDeadLetter(DeadLetterReader deadLetters, CallEdge edge)
{
    [Function(nameof(DeleteDeadLetter))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "dead-letters/{queue}/{id}")] HttpRequest request,
        string queue,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(DeleteDeadLetter), request, _ => deadLetters.DeleteAsync(queue, id, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(DeleteDeadLetter))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "keyed/dead-letters/{queue}/{id}")] HttpRequest request,
        string queue,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), queue, id, cancellationToken);
}
