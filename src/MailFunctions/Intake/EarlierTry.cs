using System.Collections.ObjectModel;
using MailFunctions.Intake.Idempotency;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Intake;

/// <summary>
/// A try of a request that was lost before its answer, or whose writes failed. What it committed counts, whatever the settings
/// have become since; under its other ids nothing can be committed any more once they are void.
/// </summary>
internal sealed class EarlierTry(EmailLedger ledger, StorageClock clock)
{
    public static IReadOnlyDictionary<int, LedgerRow> Nothing { get; } = ReadOnlyDictionary<int, LedgerRow>.Empty;

    /// <returns>By the index of the email, what is accepted.</returns>
    public async Task<IReadOnlyDictionary<int, LedgerRow>> CloseAsync(IReadOnlyList<RecordedEmail> recorded, CancellationToken cancellationToken)
    {
        if (recorded.Count == 0)
            return Nothing;

        var committed = await CloseAsync([.. recorded.Select(email => email.Id)], cancellationToken);
        return recorded.Where(email => committed.ContainsKey(email.Id)).ToDictionary(email => email.Index, email => committed[email.Id]);
    }

    /// <returns>The rows that are committed; under the other ids none will be.</returns>
    public async Task<IReadOnlyDictionary<EmailId, LedgerRow>> CloseAsync(IReadOnlyCollection<EmailId> ids, CancellationToken cancellationToken)
    {
        var standing = await ledger.ReadManyAsync(ids, cancellationToken);
        // A void row belongs to no lane.
        var absent = ids.Where(id => !standing.ContainsKey(id)).Select(id => (id, default(Lane))).ToList();
        var voided = await ledger.TryInsertVoidsAsync(absent, clock.GetUtcNow(), cancellationToken);
        if (voided.Contains(false))
            standing = await ledger.ReadManyAsync(ids, cancellationToken);

        return standing.Where(entry => entry.Value.State != EmailState.Void).ToDictionary();
    }
}
