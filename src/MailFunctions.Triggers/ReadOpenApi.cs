using MailFunctions.Api.Reference;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ReadOpenApi(ApiReference reference, HttpEdge edge)
{
    [Function(nameof(ReadOpenApi))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "openapi.json")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => Task.FromResult(reference.Describe()), cancellationToken);
}
