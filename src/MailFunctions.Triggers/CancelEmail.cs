using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class CancelEmail(EmailCanceler canceler, CallEdge edge)
{
    [Function(nameof(CancelEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "emails/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(CancelEmail), request, caller => canceler.CancelAsync(id, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(CancelEmail))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/emails/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
