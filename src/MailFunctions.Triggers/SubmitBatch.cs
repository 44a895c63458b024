using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class SubmitBatch(EmailIntake intake, HttpEdge edge)
{
    [Function(nameof(SubmitBatch))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/batch")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => intake.SubmitBatchAsync(request, cancellationToken), cancellationToken);
}
