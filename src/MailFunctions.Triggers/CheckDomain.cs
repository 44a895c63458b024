using MailFunctions.Api.Domains;
using MailFunctions.Keys.Callers;

namespace MailFunctions.Triggers;

public sealed class CheckDomain(DomainCalls domains, CallEdge edge)
{
    [Function(nameof(CheckDomain))]
    public Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "domains/{domain}/check")] HttpRequest request,
        string domain,
        CancellationToken cancellationToken) =>
        edge.RunAsync(nameof(CheckDomain), request, caller => domains.CheckAsync(domain, caller, cancellationToken), cancellationToken);

    [Function("Keyed" + nameof(CheckDomain))]
    public Task<IResult> RunKeyedAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "keyed/domains/{domain}/check")] HttpRequest request,
        string domain,
        CancellationToken cancellationToken) =>
        RunAsync(request.WithKeyAlone(), domain, cancellationToken);
}
