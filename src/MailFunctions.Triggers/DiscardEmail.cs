using MailFunctions.Api.Held;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class DiscardEmail(HeldMailActions resolver, HttpEdge edge)
{
    [Function(nameof(DiscardEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/{id}/discard")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => resolver.DiscardAsync(id, cancellationToken), cancellationToken);
}
