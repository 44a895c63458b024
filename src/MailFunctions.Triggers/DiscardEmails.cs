using MailFunctions.Api.Held;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class DiscardEmails(HeldMailBulkActions held, HttpEdge edge)
{
    [Function(nameof(DiscardEmails))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/discard")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => held.DecideAsync(request, requeue: false, cancellationToken), cancellationToken);
}
