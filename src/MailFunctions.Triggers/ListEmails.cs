using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ListEmails(EmailLister lister, CallEdge edge)
{
    [Function(nameof(ListEmails))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ListEmails), request, caller => lister.ListAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ListEmails))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/emails")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
