using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ReadEmail(EmailReader reader, HttpEdge edge)
{
    [Function(nameof(ReadEmail))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "emails/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => reader.ReadAsync(id, cancellationToken), cancellationToken);
}
