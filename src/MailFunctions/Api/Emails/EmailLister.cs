using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger.Scans;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary><c>GET emails</c>: the mails that match the filters, newest first, one page at a time.</summary>
public sealed class EmailLister
{
    private readonly HeldList _held;
    private readonly LedgerList _ledger;

    internal EmailLister(HeldList held, LedgerList ledger) => (_held, _ledger) = (held, ledger);

    public async Task<IResult> ListAsync(HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var (query, errors) = EmailListReader.Read(request.Query);
        if (query is null)
            return Problem.WrongParameters(errors).ToResult();

        query = query with { IsVisible = caller.Sees };
        var page = query.AwaitsPerson ? await _held.ReadAsync(query, cancellationToken) : await _ledger.ReadAsync(query, cancellationToken);
        return new JsonResult<EmailListAnswer>(page.ToAnswer(), ContractsJson.Default.EmailListAnswer);
    }
}
