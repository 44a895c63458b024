using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class RescheduleEmail(EmailRescheduler rescheduler, CallEdge edge)
{
    [Function(nameof(RescheduleEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "emails/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(RescheduleEmail), request, caller => rescheduler.RescheduleAsync(id, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(RescheduleEmail))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "patch", Route = "keyed/emails/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
