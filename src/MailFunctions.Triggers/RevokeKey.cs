using MailFunctions.Api.Keys;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class RevokeKey(KeyCalls keys, CallEdge edge)
{
    [Function(nameof(RevokeKey))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(RevokeKey), request, caller => keys.RevokeAsync(id, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(RevokeKey))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "keyed/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
