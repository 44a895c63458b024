using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class CancelEmail(EmailCanceler canceler, HttpEdge edge)
{
    [Function(nameof(CancelEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => canceler.CancelAsync(id, cancellationToken), cancellationToken);
}
