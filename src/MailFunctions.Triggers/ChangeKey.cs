using MailFunctions.Api.Keys;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ChangeKey(KeyCalls keys, CallEdge edge)
{
    [Function(nameof(ChangeKey))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(ChangeKey), request, caller => keys.ChangeAsync(id, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ChangeKey))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "keyed/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
