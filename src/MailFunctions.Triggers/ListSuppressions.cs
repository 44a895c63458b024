using MailFunctions.Api.Suppressions;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ListSuppressions(SuppressionCalls suppressions, HttpEdge edge)
{
    [Function(nameof(ListSuppressions))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "suppressions")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(request, () => suppressions.ListAsync(request, cancellationToken), cancellationToken);
}
