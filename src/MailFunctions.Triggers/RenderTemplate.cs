using MailFunctions.Api.Templates;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class RenderTemplate(TemplateCalls templates, HttpEdge edge)
{
    [Function(nameof(RenderTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "templates/{name}/render")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => templates.RenderAsync(name, request, cancellationToken), cancellationToken);
}
