using MailFunctions.Api.Pauses;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class DeletePause(PauseCalls pauses, CallEdge edge)
{
    [Function(nameof(DeletePause))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "pauses/{kind}/{name}")] HttpRequest request,
        string kind,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(DeletePause), request, _ => pauses.DeleteAsync(kind, name, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(DeletePause))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "keyed/pauses/{kind}/{name}")] HttpRequest request,
        string kind,
        string name,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), kind, name, cancellationToken);
}
