using MailFunctions.Api.Held;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class RequeueEmail(HeldMailActions resolver, CallEdge edge)
{
    [Function(nameof(RequeueEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/{id}/requeue")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(RequeueEmail), request, caller => resolver.RequeueAsync(id, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(RequeueEmail))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/emails/{id}/requeue")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
