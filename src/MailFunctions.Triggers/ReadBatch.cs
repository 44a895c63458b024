using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ReadBatch(BatchReader batches, HttpEdge edge)
{
    [Function(nameof(ReadBatch))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "batches/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => batches.ReadAsync(id, cancellationToken), cancellationToken);
}
