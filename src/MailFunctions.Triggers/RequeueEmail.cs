using MailFunctions.Api.Held;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class RequeueEmail(HeldMailActions resolver, HttpEdge edge)
{
    [Function(nameof(RequeueEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/{id}/requeue")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => resolver.RequeueAsync(id, cancellationToken), cancellationToken);
}
