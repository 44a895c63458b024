using MailFunctions.Api.Held;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class RequeueEmails(HeldMailBulkActions held, HttpEdge edge)
{
    [Function(nameof(RequeueEmails))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/requeue")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => held.DecideAsync(request, requeue: true, cancellationToken), cancellationToken);
}
