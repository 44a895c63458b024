using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class SubmitEmail(EmailIntake intake, CallEdge edge)
{
    [Function(nameof(SubmitEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(SubmitEmail), request, caller => intake.SubmitAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(SubmitEmail))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
