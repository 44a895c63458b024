using MailFunctions.Api.Templates;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class DeleteTemplate(TemplateCalls templates, HttpEdge edge)
{
    [Function(nameof(DeleteTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => templates.DeleteAsync(name, request, cancellationToken), cancellationToken);
}
