using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class SubmitEmail(EmailIntake intake, HttpEdge edge)
{
    [Function(nameof(SubmitEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => intake.SubmitAsync(request, cancellationToken), cancellationToken);
}
