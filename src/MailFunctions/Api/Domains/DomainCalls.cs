using MailFunctions.Domains;
using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Domains;

/// <summary>The calls about the domains of senders.</summary>
public sealed class DomainCalls
{
    private readonly DomainChecker _checker;

    internal DomainCalls(DomainChecker checker) => _checker = checker;

    /// <summary><c>GET domains/{domain}/check</c>: asks DNS, within 25 seconds.</summary>
    public async Task<IResult> CheckAsync(string domain, Caller caller, CancellationToken cancellationToken)
    {
        if (!MailDomain.TryParse(domain.TrimEnd('.'), out var name, out var fault))
            return Problem.WrongParameters([new ProblemError(fault, Parameter: "domain")]).ToResult();
        return caller.SeesSenderDomain(name)
            ? new JsonResult<DomainCheckAnswer>(await _checker.CheckAsync(name, cancellationToken), ContractsJson.Default.DomainCheckAnswer)
            : Problem.RestrictedApiKey("The domain is not one that it may send from.").ToResult();
    }
}
