using MailFunctions.Api.Templates;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class PutTemplate(TemplateCalls templates, CallEdge edge)
{
    [Function(nameof(PutTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "put", Route = "templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(PutTemplate), request, caller => templates.PutAsync(name, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(PutTemplate))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "keyed/templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), name, cancellationToken);
}
