using MailFunctions.Http;
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

    public async Task<IResult> ReadAsync(string id, CancellationToken cancellationToken) =>
        EmailId.TryParse(id, out var emailId) ? await ReadAsync(emailId, cancellationToken) : NotFound();

    internal async Task<IResult> ReadAsync(EmailId id, CancellationToken cancellationToken)
    {
        if (await _ledger.ReadAsync(id, cancellationToken) is not { } row || row.State == EmailState.Void)
            return NotFound();

        var timeline = await _events.ReadTimelineAsync(row, cancellationToken);
        return new JsonResult<EmailAnswer>(row.ToAnswer(timeline), ContractsJson.Default.EmailAnswer);
    }

    private static IResult NotFound() => Problem.NotFound("There is no email of this id.").ToResult();
}
