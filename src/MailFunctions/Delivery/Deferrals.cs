using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;

namespace MailFunctions.Delivery;

/// <summary>A mail that cannot be attempted now.</summary>
/// <param name="Why">One sentence for a person.</param>
internal readonly record struct Deferral(LedgerRow Row, DateTimeOffset Due, string Why);

/// <summary>Puts off mails of which nothing has happened yet: each deferred, its attempt unused.</summary>
internal sealed class Deferrals(EmailLedger ledger, ScheduledMessages scheduled, TerminalStates terminal)
{
    /// <summary>Rule 5: the message for later first, then the row.</summary>
    /// <returns>
    /// The mails to look at again. Not those whose row somebody else has written: their message for later stands already,
    /// and looks again.
    /// </returns>
    public async Task<IReadOnlyList<NamedAttempt>> DeferAsync(IReadOnlyList<Deferral> deferred, CancellationToken cancellationToken)
    {
        var waiting = new List<LedgerRow>(deferred.Count);
        var again = new List<NamedAttempt>();
        foreach (var (row, due, why) in deferred)
        {
            if (due < row.ExpiresAt)
                waiting.Add(row with { State = Transitions.Require(row.State, EmailState.Deferred), DueAt = due, Waits = row.Waits + 1, Reason = why });
            else if (!await terminal.TryExpireAsync(row with { Reason = why }, cancellationToken))
                again.Add(NamedAttempt.NextOf(row));
        }

        foreach (var together in waiting.GroupBy(row => (row.Lane, row.DueAt)))
            await scheduled.PutAsync(together.Key.Lane, [.. together.Select(NamedAttempt.NextOf)], together.Key.DueAt!.Value, cancellationToken);
        await ledger.TryUpdateManyAsync(waiting, cancellationToken);
        return again;
    }
}
