using MailFunctions.Api.Keys;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ReadKey(KeyCalls keys, CallEdge edge)
{
    [Function(nameof(ReadKey))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(ReadKey), request, caller => keys.ReadAsync(id, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ReadKey))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/keys/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
