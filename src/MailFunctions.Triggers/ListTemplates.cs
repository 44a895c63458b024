using MailFunctions.Api.Templates;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ListTemplates(TemplateCalls templates, CallEdge edge)
{
    [Function(nameof(ListTemplates))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "templates")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ListTemplates), request, caller => templates.ListAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ListTemplates))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/templates")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
