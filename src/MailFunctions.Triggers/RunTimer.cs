using MailFunctions.Api.Timers;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class RunTimer(TimerCalls timers, CallEdge edge)
{
    [Function(nameof(RunTimer))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "timers/{name}/run")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(RunTimer), request, _ => timers.RunAsync(name, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(RunTimer))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "keyed/timers/{name}/run")] HttpRequest request,
        string name,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), name, cancellationToken);
}
