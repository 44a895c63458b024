using MailFunctions.Keys.Callers;
using MailFunctions.Maintenance.Erasure;

namespace MailFunctions.Triggers;

public sealed class EraseRecipient(RecipientEraser eraser, CallEdge edge)
{
    [Function(nameof(EraseRecipient))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "recipients/erase")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(EraseRecipient), request, caller => eraser.EraseAsync(request, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(EraseRecipient))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/recipients/erase")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
