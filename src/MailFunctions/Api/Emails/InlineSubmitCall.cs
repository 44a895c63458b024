using MailFunctions.Delivery;
using MailFunctions.Intake;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Mail;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Api.Emails;

/// <summary><c>POST emails</c> by a caller that waits for the outcome.</summary>
/// <param name="wait">The longest wait.</param>
internal sealed class InlineSubmitCall(EmailRequest request, Acceptance acceptance, InlineDelivery prompt, TimeSpan wait, ILogger logger)
    : SubmitCall(request, acceptance, logger)
{
    /// <summary>The mail that was accepted and is being delivered; null when it is left to the queue.</summary>
    public (EmailId Id, Task<bool> Ended)? Delivery { get; private set; }

    /// <summary>Commits the mail. Scheduled mail and bulk mail are left to the queue.</summary>
    protected override async Task<LedgerRow> CommitAsync(EmailDraft draft, IdempotencyEntry? entry, CancellationToken cancellationToken)
    {
        if (draft.Lane != Lane.Transactional || draft.ScheduledAt is not null)
            return await base.CommitAsync(draft, entry, cancellationToken);

        var (row, net) = await Acceptance.AcceptInlineAsync(draft, entry, InlineDelivery.NetHiddenFor, cancellationToken);
        if (net is { } put)
            Delivery = (row.Id, prompt.Begin(row, put, wait));
        return row;
    }
}
