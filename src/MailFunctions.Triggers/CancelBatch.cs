using MailFunctions.Api.Emails;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class CancelBatch(EmailCanceler canceler, HttpEdge edge)
{
    [Function(nameof(CancelBatch))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "batches/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => canceler.CancelBatchAsync(id, cancellationToken), cancellationToken);
}
