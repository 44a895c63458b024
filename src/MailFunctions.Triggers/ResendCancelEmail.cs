using MailFunctions.Api.Resend;

namespace MailFunctions.Triggers;

public sealed class ResendCancelEmail(ResendEndpoints door)
{
    [Function(nameof(ResendCancelEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "resend/emails/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        door.CancelAsync(id, request, cancellationToken);
}
