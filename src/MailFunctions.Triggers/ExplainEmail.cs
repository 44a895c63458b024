using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ExplainEmail(EmailExplainer explainer, CallEdge edge)
{
    [Function(nameof(ExplainEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "emails/{id}/explain")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(ExplainEmail), request, caller => explainer.ExplainAsync(id, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ExplainEmail))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/emails/{id}/explain")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
