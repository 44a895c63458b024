using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Api.Emails;

/// <summary>Cancels mail that has not been sent yet. When an attempt begins at the same time, the first ledger write wins.</summary>
public sealed class EmailCanceler
{
    private const int ParallelEmails = 8;

    private readonly EmailLedger _ledger;
    private readonly BatchIndex _batches;
    private readonly TerminalStates _terminal;

    internal EmailCanceler(EmailLedger ledger, BatchIndex batches, TerminalStates terminal) => (_ledger, _batches, _terminal) = (ledger, batches, terminal);

    /// <summary><c>POST emails/{id}/cancel</c>: 200 when the email is canceled, now or before; 409 when it is too late.</summary>
    public async Task<IResult> CancelAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        var canceled = await TryCancelAsync(id, caller, cancellationToken);
        return canceled.Succeeded ? new JsonResult<ChangedAnswer>(canceled.Value, ContractsJson.Default.ChangedAnswer) : canceled.Problem.ToResult();
    }

    /// <summary>Cancels an email for callers that write their own answer.</summary>
    internal async Task<OrProblem<ChangedAnswer>> TryCancelAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!EmailId.TryParse(id, out var emailId) || await CancelAsync(emailId, caller, cancellationToken) is not { } state)
            return Problem.NotFound("There is no email of this id.");

        return state == EmailState.Canceled ? new ChangedAnswer(id, state.Name()) : Problem.Conflict(TooLate(state));
    }

    /// <summary><c>POST batches/{id}/cancel</c>: cancels what can still be canceled, and reports the state of each email.</summary>
    public async Task<IResult> CancelBatchAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!EmailId.TryParse(id, out var batchId) || await _batches.ReadAsync(batchId, cancellationToken) is not { } batch)
            return NoBatch();

        var states = new EmailState?[batch.Emails.Count];
        await Parallel.ForEachAsync(
            batch.Emails.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelEmails, CancellationToken = cancellationToken },
            async (entry, token) => states[entry.Index] = await CancelAsync(entry.Item, caller, token));
        ChangedAnswer[] emails = [.. batch.Emails.Zip(states).Where(entry => entry.Second is not null).Select(entry => new ChangedAnswer(entry.First.ToString(), entry.Second!.Value.Name()))];
        if (emails.Length == 0 && !caller.SeesAll)
            return NoBatch();
        return new JsonResult<CanceledBatchAnswer>(
            new(id, emails.Count(email => email.Status == EmailState.Canceled.Name()), emails.Length, emails), ContractsJson.Default.CanceledBatchAnswer);
    }

    /// <returns>The resulting state; null when there is no such email, or none that the caller may see.</returns>
    private async Task<EmailState?> CancelAsync(EmailId id, Caller caller, CancellationToken cancellationToken)
    {
        while (await _ledger.ReadAsync(id, cancellationToken) is { State: not EmailState.Void } row && caller.Sees(row))
        {
            if (!Transitions.IsLegal(row.State, EmailState.Canceled))
                return row.State;
            if (await _terminal.TryEndAsync(row, EmailState.Canceled, "Canceled via the API.", cancellationToken))
                return EmailState.Canceled;
        }

        return null;
    }

    private static IResult NoBatch() => Problem.NotFound("There is no batch of this id.").ToResult();

    private static string TooLate(EmailState state) => state == EmailState.Sending
        ? "An attempt is under way, and cannot be taken back. When it is deferred the email can be canceled."
        : $"The email is {state.Name()}: it can be canceled only while it is scheduled, queued or deferred.";
}
