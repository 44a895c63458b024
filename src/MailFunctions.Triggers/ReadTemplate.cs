using MailFunctions.Api.Templates;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ReadTemplate(TemplateCalls templates, HttpEdge edge)
{
    [Function(nameof(ReadTemplate))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "templates/{name}")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(request, () => templates.ReadAsync(name, request, cancellationToken), cancellationToken);
}
