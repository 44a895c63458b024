using MailFunctions.Http;
using MailFunctions.Unsubscription;

namespace MailFunctions.Triggers;

public sealed class Unsubscribe(UnsubscribeCalls unsubscribe, HttpEdge edge)
{
    [Function(nameof(Unsubscribe))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "u/{token}")] HttpRequest request,
        string token,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(request, () => unsubscribe.ActAsync(token, request, cancellationToken), cancellationToken);
}
