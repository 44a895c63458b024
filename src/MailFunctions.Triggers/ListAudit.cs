using MailFunctions.Api.Audit;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ListAudit(AuditCalls audit, CallEdge edge)
{
    [Function(nameof(ListAudit))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "audit")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ListAudit), request, _ => audit.ListAsync(request, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ListAudit))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/audit")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
