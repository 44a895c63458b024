using MailFunctions.Api.Held;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class RequeueEmails(HeldMailBulkActions held, CallEdge edge)
{
    [Function(nameof(RequeueEmails))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/requeue")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(RequeueEmails), request, caller => held.DecideAsync(request, requeue: true, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(RequeueEmails))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/emails/requeue")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
