using MailFunctions.Api.Templates;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class RenderTemplate(TemplateCalls templates, CallEdge edge)
{
    [Function(nameof(RenderTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "templates/{name}/render")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(RenderTemplate), request, caller => templates.RenderAsync(name, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(RenderTemplate))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/templates/{name}/render")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), name, cancellationToken);
}
