using MailFunctions.Ledger;
using MailFunctions.Queue;
using MailFunctions.Schedule;

namespace MailFunctions.Delivery;

/// <summary>A mail that cannot be attempted now.</summary>
/// <param name="Why">One sentence for a person.</param>
internal readonly record struct Wait(LedgerRow Row, DateTimeOffset Due, string Why);

/// <summary>Puts off mails of which nothing has happened yet: each waits, its attempt unused.</summary>
internal sealed class Waiting(EmailLedger ledger, LaterMail later, Endings endings)
{
    /// <summary>Rule 5: the message for later first, then the row.</summary>
    /// <returns>The mails to look at again, since somebody else wrote their rows.</returns>
    public async Task<IReadOnlyList<NamedAttempt>> PutOffAsync(IReadOnlyList<Wait> waits, CancellationToken cancellationToken)
    {
        var waiting = new List<LedgerRow>(waits.Count);
        var again = new List<NamedAttempt>();
        foreach (var (row, due, why) in waits)
        {
            var next = new NamedAttempt(row.Id, row.Attempt + 1);
            if (due >= row.ExpiresAt)
            {
                if (!await endings.TryExpireAsync(row with { Reason = why }, cancellationToken))
                    again.Add(next);
                continue;
            }

            await later.PutAsync(row.Lane, next, due, cancellationToken);
            waiting.Add(row with { State = Transitions.Require(row.State, EmailState.Deferred), DueAt = due, Waits = row.Waits + 1, Reason = why });
        }

        var written = await ledger.TryUpdateManyAsync(waiting, cancellationToken);
        again.AddRange(waiting.Where((_, i) => written[i] is null).Select(row => new NamedAttempt(row.Id, row.Attempt + 1)));
        return again;
    }
}
