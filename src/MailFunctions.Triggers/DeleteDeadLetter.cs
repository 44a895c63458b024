using MailFunctions.Api.Held;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class DeleteDeadLetter(DeadLetterReader deadLetters, HttpEdge edge)
{
    [Function(nameof(DeleteDeadLetter))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "dead-letters/{queue}/{id}")] HttpRequest request,
        string queue,
        string id,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => deadLetters.DeleteAsync(queue, id, cancellationToken), cancellationToken);
}
