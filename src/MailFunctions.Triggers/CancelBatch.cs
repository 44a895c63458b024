using MailFunctions.Api.Emails;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class CancelBatch(EmailCanceler canceler, CallEdge edge)
{
    [Function(nameof(CancelBatch))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "batches/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(CancelBatch), request, caller => canceler.CancelBatchAsync(id, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(CancelBatch))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/batches/{id}/cancel")] HttpRequest request,
        string id,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), id, cancellationToken);
}
