using MailFunctions.Api.Templates;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class DeleteTemplate(TemplateCalls templates, CallEdge edge)
{
    [Function(nameof(DeleteTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(DeleteTemplate), request, caller => templates.DeleteAsync(name, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(DeleteTemplate))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "keyed/templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), name, cancellationToken);
}
