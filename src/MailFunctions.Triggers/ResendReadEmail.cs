using MailFunctions.Api.Resend;

namespace MailFunctions.Triggers;

public sealed class ResendReadEmail(ResendEndpoints door)
{
    [Function(nameof(ResendReadEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "resend/emails/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        door.ReadAsync(id, request, cancellationToken);
}
