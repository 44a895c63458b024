using MailFunctions.Api.Suppressions;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class DeleteSuppression(SuppressionCalls suppressions, HttpEdge edge)
{
    [Function(nameof(DeleteSuppression))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => suppressions.DeleteAsync(address, cancellationToken), cancellationToken);
}
