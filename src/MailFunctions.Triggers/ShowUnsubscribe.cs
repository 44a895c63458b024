using MailFunctions.Http;
using MailFunctions.Unsubscription;

namespace MailFunctions.Triggers;

public sealed class ShowUnsubscribe(UnsubscribeCalls unsubscribe, HttpEdge edge)
{
    [Function(nameof(ShowUnsubscribe))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "u/{token}")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(request, () => Task.FromResult(unsubscribe.Show(request)), cancellationToken);
}
