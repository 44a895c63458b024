using MailFunctions.Api.Pauses;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ListPauses(PauseCalls pauses, CallEdge edge)
{
    [Function(nameof(ListPauses))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "pauses")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(ListPauses), request, _ => pauses.ListAsync(cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ListPauses))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/pauses")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
