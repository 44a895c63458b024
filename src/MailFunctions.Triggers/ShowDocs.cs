using MailFunctions.Api.Reference;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ShowDocs(ApiReference reference, HttpEdge edge)
{
    [Function(nameof(ShowDocs))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "docs/{*path}")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => Task.FromResult(reference.Show(request)), cancellationToken);
}
