using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Ledger;
using MailFunctions.Queue;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Resolution;

/// <summary>What a person decides about a mail that waits for one: an uncertain attempt, or a mail that died of our own faults.</summary>
public sealed class Resolver
{
    private static readonly TimeSpan Surely = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan MinimumTime = TimeSpan.FromHours(1);

    private readonly EmailLedger _ledger;
    private readonly LaneQueues _queues;
    private readonly Endings _endings;
    private readonly TimeProvider _clock;

    internal Resolver(EmailLedger ledger, LaneQueues queues, Endings endings, TimeProvider clock) =>
        (_ledger, _queues, _endings, _clock) = (ledger, queues, endings, clock);

    /// <summary>
    /// <c>POST emails/{id}/resolve</c> with <c>{"as":"sent"|"not_sent"|"retry"}</c>, for an email that is uncertain. The
    /// decision is about its uncertain recipients; the others keep what they have.
    /// </summary>
    public async Task<IResult> ResolveAsync(string id, HttpRequest request, CancellationToken cancellationToken)
    {
        var decision = await DecisionReader.ReadOneAsync(request, cancellationToken);
        if (!decision.Succeeded)
            return decision.Problem.ToResult();

        return await DecideAsync(id, EmailState.Uncertain, row => decision.Value switch
        {
            "retry" => QueueAgainAsync(Settle(row, RecipientStatus.Deferred), EmailState.Deferred, cancellationToken),
            "sent" => EndAsync(Settle(row, RecipientStatus.Sent), cancellationToken),
            _ => EndAsync(Settle(row, RecipientStatus.Rejected), cancellationToken),
        }, cancellationToken);
    }

    /// <summary><c>POST emails/{id}/requeue</c>, for an email that is dead: it is tried again, its faults forgotten.</summary>
    public Task<IResult> RequeueAsync(string id, CancellationToken cancellationToken) =>
        DecideAsync(id, EmailState.Dead, row => QueueAgainAsync(Revived(row), EmailState.Queued, cancellationToken), cancellationToken);

    /// <summary><c>POST emails/{id}/discard</c>, for an email that is dead or uncertain: it is given up.</summary>
    public Task<IResult> DiscardAsync(string id, CancellationToken cancellationToken) =>
        DecideAsync(id, null, row => _endings.TryEndAsync(row, EmailState.Discarded, "Discarded by call.", cancellationToken), cancellationToken);

    /// <summary>As <see cref="RequeueAsync"/> and <see cref="DiscardAsync"/>, for a row in hand.</summary>
    internal Task<bool> TryDecideAsync(LedgerRow row, bool requeue, CancellationToken cancellationToken) => requeue
        ? row.State == EmailState.Dead
            ? QueueAgainAsync(Revived(row), EmailState.Queued, cancellationToken)
            : QueueAgainAsync(Settle(row, RecipientStatus.Deferred), EmailState.Deferred, cancellationToken)
        : _endings.TryEndAsync(row, EmailState.Discarded, "Discarded by call.", cancellationToken);

    private async Task<IResult> DecideAsync(string id, EmailState? required, Func<LedgerRow, Task<bool>> tryDecide, CancellationToken cancellationToken)
    {
        if (!EmailId.TryParse(id, out var emailId))
            return Problem.NotFound("There is no email of this id.").ToResult();

        while (await _ledger.ReadAsync(emailId, cancellationToken) is { State: not EmailState.Void } row)
        {
            if (!row.State.AwaitsPerson() || row.State != (required ?? row.State))
            {
                var expected = required?.Name() ?? "uncertain or dead";
                return Problem.Conflict($"The email is {row.State.Name()}; this call is for one that is {expected}.").ToResult();
            }

            if (await tryDecide(row))
            {
                var now = await _ledger.ReadAsync(emailId, cancellationToken);
                return new JsonResult<ChangedAnswer>(new(id, (now ?? row).State.Name()), ContractsJson.Default.ChangedAnswer);
            }
        }

        return Problem.NotFound("There is no email of this id.").ToResult();
    }

    /// <summary>
    /// A message first, hidden until the row is surely written, so that no crash leaves an open mail without one; a second
    /// at the end, so that nobody has to wait for the first.
    /// </summary>
    private async Task<bool> QueueAgainAsync(LedgerRow row, EmailState state, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        var next = NamedAttempt.NextOf(row);
        await _queues.PutAsync(row.Lane, [next], Surely, cancellationToken);
        var queued = Suppressor.Told(row).WithEnding(null) with
        {
            State = Transitions.Require(row.State, state),
            DueAt = now,
            EndedAt = null,
            Reason = "Tried again by call.",
            // Its own time may be over; a person has given it a new one.
            ExpiresAt = row.ExpiresAt > now + MinimumTime ? row.ExpiresAt : now + MinimumTime,
        };
        if (await _ledger.TryUpdateAsync(queued, cancellationToken) is null)
            return false;

        await _queues.PutAsync(row.Lane, [next], TimeSpan.Zero, cancellationToken);
        return true;
    }

    private async Task<bool> EndAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        var state = Judgement.Settled(row.Recipients);
        return await _endings.TryEndAsync(row, state, "Resolved by call.", cancellationToken);
    }

    private static LedgerRow Settle(LedgerRow row, RecipientStatus status) => row with
    {
        Recipients = [.. row.Recipients.Select(recipient => recipient.Status == RecipientStatus.Uncertain ? recipient with { Status = status } : recipient)],
    };

    private static LedgerRow Revived(LedgerRow row) => row with { Faults = 0, LastFaultSource = null };
}
