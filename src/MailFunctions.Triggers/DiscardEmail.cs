using MailFunctions.Api.Held;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class DiscardEmail(HeldMailActions resolver, CallEdge edge)
{
    [Function(nameof(DiscardEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/{id}/discard")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(DiscardEmail), request, caller => resolver.DiscardAsync(id, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(DiscardEmail))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/emails/{id}/discard")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
