using MailFunctions.Api.Held;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class ListDeadLetters(DeadLetterReader deadLetters, HttpEdge edge)
{
    [Function(nameof(ListDeadLetters))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "dead-letters")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => deadLetters.ListAsync(cancellationToken), cancellationToken);
}
