using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Held;

/// <summary>
/// Carries out an operator's decision about one mail: uncertain, dead after failures of our own, or ended without being
/// sent.
/// </summary>
public sealed class HeldMailActions
{
    private readonly EmailLedger _ledger;
    private readonly Requeuer _requeuer;
    private readonly TerminalStates _terminal;

    internal HeldMailActions(EmailLedger ledger, Requeuer requeuer, TerminalStates terminal) => (_ledger, _requeuer, _terminal) = (ledger, requeuer, terminal);

    /// <summary>
    /// <c>POST emails/{id}/resolve</c> with <c>{"as":"sent"|"not_sent"|"retry"}</c>, for an uncertain email. The decision
    /// applies to its uncertain recipients; the others keep their status.
    /// </summary>
    public async Task<IResult> ResolveAsync(string id, HttpRequest request, Caller caller, CancellationToken cancellationToken)
    {
        var decision = await DecisionReader.ReadOneAsync(request, cancellationToken);
        if (!decision.Succeeded)
            return decision.Problem.ToResult();

        return await DecideAsync(id, caller, row => row.State == EmailState.Uncertain, "uncertain", decision.Value == "retry", row => decision.Value switch
        {
            "retry" => _requeuer.TryAsync(row, rejected: null, cancellationToken),
            "sent" => EndAsync(row, RecipientStatus.Sent, cancellationToken),
            _ => EndAsync(row, RecipientStatus.Rejected, cancellationToken),
        }, cancellationToken);
    }

    /// <summary>
    /// <c>POST emails/{id}/requeue</c>, for an email that is dead, failed, expired or partial: resets its failure count and
    /// sends it again to the recipients that have not got it.
    /// </summary>
    public Task<IResult> RequeueAsync(string id, Caller caller, CancellationToken cancellationToken) => DecideAsync(
        id, caller, row => Requeuer.IsFor(row.State), "dead, failed, expired or partial", triesAgain: true, row => _requeuer.TryAsync(row, rejected: null, cancellationToken), cancellationToken);

    /// <summary><c>POST emails/{id}/discard</c>, for a dead or uncertain email: ends it without sending it.</summary>
    public Task<IResult> DiscardAsync(string id, Caller caller, CancellationToken cancellationToken) => DecideAsync(
        id, caller, row => row.State.AwaitsPerson(), "uncertain or dead", triesAgain: false, row => TryDiscardAsync(row, cancellationToken), cancellationToken);

    /// <summary>Discards a mail whose row has been read, as <see cref="DiscardAsync"/> does.</summary>
    internal async Task<Requeue> TryDiscardAsync(LedgerRow row, CancellationToken cancellationToken) =>
        await _terminal.TryEndAsync(row, EmailState.Discarded, "Discarded via the API.", cancellationToken) ? Requeue.Done : Requeue.Changed;

    /// <param name="isFor">Selects the emails that the call applies to.</param>
    /// <param name="expected">A description of these emails.</param>
    /// <param name="triesAgain">Whether the call sends again: repeated after a lost answer, it finds the email queued and
    /// gives the same answer.</param>
    private async Task<IResult> DecideAsync(
        string id, Caller caller, Func<LedgerRow, bool> isFor, string expected, bool triesAgain, Func<LedgerRow, Task<Requeue>> tryDecide, CancellationToken cancellationToken)
    {
        if (!EmailId.TryParse(id, out var emailId))
            return Problem.NotFound("There is no email of this id.").ToResult();

        while (await _ledger.ReadAsync(emailId, cancellationToken) is { State: not EmailState.Void } row && caller.Sees(row))
        {
            if (triesAgain && Requeuer.IsTriedAgain(row))
            {
                await _requeuer.WakeAsync(row, cancellationToken);
                return Answer(row);
            }

            if (!isFor(row))
                return Problem.Conflict($"The email is {row.State.Name()}; this call is for one that is {expected}.").ToResult();
            switch (await tryDecide(row))
            {
                case Requeue.Done:
                    return Answer(await _ledger.ReadAsync(emailId, cancellationToken) ?? row);
                case Requeue.ContentPurged:
                    return Problem.Conflict($"The email is {row.State.Name()}, and what it said is purged{(row.ContentPurgedAt is null ? " within minutes" : "")}: it can only be sent anew, by its caller.").ToResult();
                case Requeue.NoRecipient:
                    return Problem.Conflict($"The email is {row.State.Name()}, and nobody is left to send it to: each recipient has it, or is suppressed.").ToResult();
                case Requeue.Changed:
                    break;
            }
        }

        return Problem.NotFound("There is no email of this id.").ToResult();

        JsonResult<ChangedAnswer> Answer(LedgerRow now) => new(new ChangedAnswer(id, now.State.Name()), ContractsJson.Default.ChangedAnswer);
    }

    private async Task<Requeue> EndAsync(LedgerRow row, RecipientStatus status, CancellationToken cancellationToken)
    {
        var settled = row with
        {
            Recipients = [.. row.Recipients.Select(recipient => recipient.Status == RecipientStatus.Uncertain ? recipient with { Status = status } : recipient)],
        };
        return await _terminal.TryEndAsync(settled, OutcomeRules.Settled(settled.Recipients), "Resolved via the API.", cancellationToken) ? Requeue.Done : Requeue.Changed;
    }
}
