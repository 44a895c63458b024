using MailFunctions.Api.Keys;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ListKeys(KeyCalls keys, CallEdge edge)
{
    [Function(nameof(ListKeys))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "keys")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ListKeys), request, caller => keys.ListAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ListKeys))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/keys")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
