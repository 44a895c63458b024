using MailFunctions.Api.Suppressions;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ReadSuppression(SuppressionCalls suppressions, HttpEdge edge)
{
    [Function(nameof(ReadSuppression))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "suppressions/{address}")] HttpRequest request,
        string address,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => suppressions.ReadAsync(address, cancellationToken), cancellationToken);
}
