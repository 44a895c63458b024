using MailFunctions.Api.Suppressions;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ImportSuppressions(SuppressionCalls suppressions, CallEdge edge)
{
    [Function(nameof(ImportSuppressions))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "suppressions")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(ImportSuppressions), request, caller => suppressions.ImportAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ImportSuppressions))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/suppressions")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
