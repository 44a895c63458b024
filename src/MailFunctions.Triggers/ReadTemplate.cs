using MailFunctions.Api.Templates;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ReadTemplate(TemplateCalls templates, CallEdge edge)
{
    [Function(nameof(ReadTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ReadTemplate), request, caller => templates.ReadAsync(name, request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ReadTemplate))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), name, cancellationToken);
}
