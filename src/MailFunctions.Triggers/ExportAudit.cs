using MailFunctions.Api.Audit;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class ExportAudit(AuditCalls audit, CallEdge edge)
{
    [Function(nameof(ExportAudit))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "audit/export")] HttpRequest request,
        CancellationToken cancellationToken) =>
        edge.RunWithQueryAsync(nameof(ExportAudit), request, _ => audit.ExportAsync(request, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(ExportAudit))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/audit/export")] HttpRequest request,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), cancellationToken);
}
