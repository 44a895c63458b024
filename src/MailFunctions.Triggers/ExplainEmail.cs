using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ExplainEmail(EmailExplainer explainer, HttpEdge edge)
{
    [Function(nameof(ExplainEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "emails/{id}/explain")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => explainer.ExplainAsync(id, cancellationToken), cancellationToken);
}
