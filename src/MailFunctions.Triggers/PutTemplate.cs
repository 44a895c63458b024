using MailFunctions.Api.Templates;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class PutTemplate(TemplateCalls templates, HttpEdge edge)
{
    [Function(nameof(PutTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => templates.PutAsync(name, request, cancellationToken), cancellationToken);
}
