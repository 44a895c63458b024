using MailFunctions.Api.Health;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class Health(HealthReader reader, HttpEdge edge)
{
    [Function(nameof(Health))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "health")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => reader.ReadAsync(cancellationToken), cancellationToken);
}
