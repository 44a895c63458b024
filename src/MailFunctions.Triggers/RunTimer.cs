using MailFunctions.Api.Timers;
using MailFunctions.Http;

namespace MailFunctions.Triggers;

public sealed class RunTimer(TimerCalls timers, HttpEdge edge)
{
    [Function(nameof(RunTimer))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "timers/{name}/run")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(request, () => timers.RunAsync(name, cancellationToken), cancellationToken);
}
