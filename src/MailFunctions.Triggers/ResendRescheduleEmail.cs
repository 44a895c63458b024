using MailFunctions.Api.Resend;

namespace MailFunctions.Triggers;

public sealed class ResendRescheduleEmail(ResendEndpoints door)
{
    [Function(nameof(ResendRescheduleEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "resend/emails/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        door.RescheduleAsync(id, request, cancellationToken);
}
