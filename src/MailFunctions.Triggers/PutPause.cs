using MailFunctions.Api.Pauses;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class PutPause(PauseCalls pauses, CallEdge edge)
{
    [Function(nameof(PutPause))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "pauses/{kind}/{name}")] HttpRequest request,
        string kind,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(PutPause), request, caller => pauses.PutAsync(kind, name, caller, request, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(PutPause))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "keyed/pauses/{kind}/{name}")] HttpRequest request,
        string kind,
        string name,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), kind, name, cancellationToken);
}
