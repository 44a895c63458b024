using MailFunctions.Api.Suppressions;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ImportSuppressions(SuppressionCalls suppressions, HttpEdge edge)
{
    [Function(nameof(ImportSuppressions))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "suppressions")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => suppressions.ImportAsync(request, cancellationToken), cancellationToken);
}
