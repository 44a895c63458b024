using MailFunctions.Api.Held;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ResolveEmail(HeldMailActions resolver, HttpEdge edge)
{
    [Function(nameof(ResolveEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/{id}/resolve")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => resolver.ResolveAsync(id, request, cancellationToken), cancellationToken);
}
