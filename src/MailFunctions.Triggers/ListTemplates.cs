using MailFunctions.Api.Templates;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ListTemplates(TemplateCalls templates, HttpEdge edge)
{
    [Function(nameof(ListTemplates))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "templates")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(request, () => templates.ListAsync(request, cancellationToken), cancellationToken);
}
