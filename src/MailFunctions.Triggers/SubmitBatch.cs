using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class SubmitBatch(EmailIntake intake, CallEdge edge)
{
    [Function(nameof(SubmitBatch))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/batch")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(SubmitBatch), request, caller => intake.SubmitBatchAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(SubmitBatch))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/emails/batch")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
