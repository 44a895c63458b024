using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Reports on one email: its state, its recipients, and every attempt with the relay's replies.</summary>
public sealed class EmailReader
{
    private readonly EmailLedger _ledger;
    private readonly EventLog _events;

    internal EmailReader(EmailLedger ledger, EventLog events) => (_ledger, _events) = (ledger, events);

    public async Task<IResult> ReadAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        EmailId.TryParse(id, out var emailId) ? await ReadAsync(emailId, caller, cancellationToken) : NotFound();

    internal async Task<IResult> ReadAsync(EmailId id, Caller caller, CancellationToken cancellationToken)
    {
        if (await _ledger.ReadAsync(id, cancellationToken) is not { } row || row.State == EmailState.Void || !caller.Sees(row))
            return NotFound();

        var timeline = await _events.ReadTimelineAsync(row, cancellationToken);
        return new JsonResult<EmailAnswer>(row.ToAnswer(timeline), ContractsJson.Default.EmailAnswer);
    }

    private static IResult NotFound() => Problem.NotFound("There is no email of this id.").ToResult();
}
