using MailFunctions.Api.Suppressions;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ReadSuppression(SuppressionCalls suppressions, CallEdge edge)
{
    [Function(nameof(ReadSuppression))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ReadSuppression), request, caller => suppressions.ReadAsync(address, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ReadSuppression))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), address, cancellationToken);
}
