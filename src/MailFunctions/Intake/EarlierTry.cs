using System.Collections.ObjectModel;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Intake;

/// <summary>
/// Closes an earlier try of a request that was lost before its answer, or whose writes failed. Its commits count, even if the
/// settings have changed since; its other ids become void, so that nothing can be committed under them any more.
/// </summary>
internal sealed class EarlierTry(EmailLedger ledger, StorageClock clock)
{
    public static IReadOnlyDictionary<int, LedgerRow> Nothing { get; } = ReadOnlyDictionary<int, LedgerRow>.Empty;

    /// <returns>The accepted mails, by the index of the email.</returns>
    public async Task<IReadOnlyDictionary<int, LedgerRow>> CloseAsync(IReadOnlyList<RecordedEmail> recorded, CancellationToken cancellationToken)
    {
        if (recorded.Count == 0)
            return Nothing;

        var committed = await CloseAsync([.. recorded.Select(email => email.Id)], cancellationToken);
        return recorded.Where(email => committed.ContainsKey(email.Id)).ToDictionary(email => email.Index, email => committed[email.Id]);
    }

    /// <returns>The committed rows; under the other ids none will be committed.</returns>
    public async Task<IReadOnlyDictionary<EmailId, LedgerRow>> CloseAsync(IReadOnlyCollection<EmailId> ids, CancellationToken cancellationToken)
    {
        var standing = await ledger.ReadManyAsync(ids, cancellationToken);
        // A void row has no lane.
        var absent = ids.Where(id => !standing.ContainsKey(id)).Select(id => (id, default(Lane))).ToList();
        var voided = await ledger.TryInsertVoidsAsync(absent, clock.GetUtcNow(), cancellationToken);
        if (voided.Contains(false))
            standing = await ledger.ReadManyAsync(ids, cancellationToken);

        return standing.Where(entry => entry.Value.State != EmailState.Void).ToDictionary();
    }
}
