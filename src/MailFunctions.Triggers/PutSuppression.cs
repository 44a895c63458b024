using MailFunctions.Api.Suppressions;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class PutSuppression(SuppressionCalls suppressions, CallEdge edge)
{
    [Function(nameof(PutSuppression))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(PutSuppression), request, caller => suppressions.PutAsync(address, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(PutSuppression))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "keyed/suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), address, cancellationToken);
}
