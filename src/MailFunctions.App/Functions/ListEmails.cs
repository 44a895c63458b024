using MailFunctions.Http;
using MailFunctions.Resolution;

namespace MailFunctions.Functions;

public sealed class ListEmails(HeldReader held, HttpEdge edge)
{
    [Function(nameof(ListEmails))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(() => held.ListAsync(request, cancellationToken), cancellationToken);
}
