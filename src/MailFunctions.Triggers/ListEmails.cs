using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ListEmails(EmailLister lister, HttpEdge edge)
{
    [Function(nameof(ListEmails))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(request, () => lister.ListAsync(request, cancellationToken), cancellationToken);
}
