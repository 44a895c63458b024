using MailFunctions.Api.Held;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class DiscardEmails(HeldMailBulkActions held, CallEdge edge)
{
    [Function(nameof(DiscardEmails))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/discard")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(DiscardEmails), request, caller => held.DecideAsync(request, requeue: false, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(DiscardEmails))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/emails/discard")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
