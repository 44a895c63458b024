using MailFunctions.Api.Resend;

namespace MailFunctions.Triggers;

public sealed class ResendSubmitEmail(ResendEndpoints door)
{
    [Function(nameof(ResendSubmitEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "resend/emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        door.SubmitAsync(request, cancellationToken);
}
