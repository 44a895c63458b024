using MailFunctions.Http;
using MailFunctions.Maintenance.Erasure;

namespace MailFunctions.Triggers;

public sealed class EraseRecipient(RecipientEraser eraser, HttpEdge edge)
{
    [Function(nameof(EraseRecipient))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "recipients/erase")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => eraser.EraseAsync(request, cancellationToken), cancellationToken);
}
