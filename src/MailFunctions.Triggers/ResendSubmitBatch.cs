using MailFunctions.Api.Resend;

namespace MailFunctions.Triggers;

public sealed class ResendSubmitBatch(ResendEndpoints door)
{
    [Function(nameof(ResendSubmitBatch))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "resend/emails/batch")] HttpRequest request,
        CancellationToken cancellationToken) =>
        door.SubmitBatchAsync(request, cancellationToken);
}
