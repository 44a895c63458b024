using System.Collections.ObjectModel;
using MailFunctions.Idempotency;
using MailFunctions.Ledger;
using MailFunctions.Storage;

namespace MailFunctions.Intake;

/// <summary>
/// A try of a request with an idempotency key that was lost before its answer. What it committed counts, whatever the
/// settings have become since; under its other ids nothing can be committed any more once they are void.
/// </summary>
internal sealed class EarlierTry(EmailLedger ledger, StorageClock clock)
{
    public static IReadOnlyDictionary<int, LedgerRow> Nothing { get; } = ReadOnlyDictionary<int, LedgerRow>.Empty;

    /// <returns>By the index of the email, what is accepted.</returns>
    public async Task<IReadOnlyDictionary<int, LedgerRow>> CloseAsync(IReadOnlyList<RecordedEmail> recorded, CancellationToken cancellationToken)
    {
        if (recorded.Count == 0)
            return Nothing;

        EmailId[] ids = [.. recorded.Select(email => email.Id)];
        var standing = await ledger.ReadManyAsync(ids, cancellationToken);
        // A void row belongs to no lane.
        var absent = ids.Where(id => !standing.ContainsKey(id)).Select(id => (id, default(Lane))).ToList();
        var voided = await ledger.TryInsertVoidsAsync(absent, clock.GetUtcNow(), cancellationToken);
        if (voided.Contains(false))
            standing = await ledger.ReadManyAsync(ids, cancellationToken);

        return recorded.Where(email => standing.TryGetValue(email.Id, out var row) && row.State != EmailState.Void)
            .ToDictionary(email => email.Index, email => standing[email.Id]);
    }
}
