using MailFunctions.Api.Suppressions;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class PutSuppression(SuppressionCalls suppressions, HttpEdge edge)
{
    [Function(nameof(PutSuppression))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => suppressions.PutAsync(address, request, cancellationToken), cancellationToken);
}
