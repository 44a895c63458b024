using System.Runtime.CompilerServices;
using MailFunctions.Mail;

namespace MailFunctions.Ledger;

/// <summary>Finds the mails on hold through their index, and reads them from the ledger.</summary>
internal sealed class HeldMails(HeldIndex index, EmailLedger ledger)
{
    private const int PageSize = 100;

    /// <summary>
    /// Reads every entry, newest first, with its mail: null if the mail is no longer on hold since then, or is unreadable.
    /// Outdated entries are removed on the way.
    /// </summary>
    /// <param name="states">States that are on hold.</param>
    /// <param name="after">The last key that was read; null to begin.</param>
    public async IAsyncEnumerable<(HeldEntry Entry, LedgerRow? Row)> WalkAsync(
        IReadOnlyCollection<EmailState> states, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<EmailId>();
        while (await index.ReadAsync(states, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                var isThere = (await ledger.ReadManyOrSkipAsync([entry.Id], cancellationToken)).TryGetValue(entry.Id, out var row);
                // An entry is written before its row: the row of a recent entry may still follow.
                if (!isThere || row?.State.IsFinal() == true)
                    await index.RemoveAsync(entry, cancellationToken);

                // A mail that was on hold several times has several entries, and is listed at the last one.
                var holds = row is not null && row.State.Name() == entry.PartitionKey && !(entry.At < row.EndedAt) && seen.Add(row.Id);
                yield return (entry, holds ? row : null);
            }

            after = page[^1].RowKey;
        }
    }
}
