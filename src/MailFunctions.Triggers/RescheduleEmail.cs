using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class RescheduleEmail(EmailRescheduler rescheduler, HttpEdge edge)
{
    [Function(nameof(RescheduleEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "emails/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => rescheduler.RescheduleAsync(id, request, cancellationToken), cancellationToken);
}
