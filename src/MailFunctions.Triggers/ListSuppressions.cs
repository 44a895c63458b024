using MailFunctions.Api.Suppressions;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ListSuppressions(SuppressionCalls suppressions, CallEdge edge)
{
    [Function(nameof(ListSuppressions))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "suppressions")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ListSuppressions), request, caller => suppressions.ListAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ListSuppressions))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/suppressions")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
