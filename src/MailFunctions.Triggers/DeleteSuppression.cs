using MailFunctions.Api.Suppressions;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class DeleteSuppression(SuppressionCalls suppressions, CallEdge edge)
{
    [Function(nameof(DeleteSuppression))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(DeleteSuppression), request, caller => suppressions.DeleteAsync(address, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(DeleteSuppression))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "keyed/suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), address, cancellationToken);
}
