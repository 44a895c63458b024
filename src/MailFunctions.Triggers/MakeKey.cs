using MailFunctions.Api.Keys;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class MakeKey(KeyCalls keys, CallEdge edge)
{
    [Function(nameof(MakeKey))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "keys")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(MakeKey), request, caller => keys.MakeAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(MakeKey))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/keys")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
