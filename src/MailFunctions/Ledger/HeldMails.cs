using System.Runtime.CompilerServices;
using MailFunctions.Mail;

namespace MailFunctions.Ledger;

/// <summary>The mails that await a person, found through the index, as the ledger has them.</summary>
internal sealed class HeldMails(HeldIndex index, EmailLedger ledger)
{
    private const int PageSize = 100;

    /// <summary>Every entry, the newest first, with the mail that awaits a person since then: null when that is over, or its row cannot be read. Entries that lost their meaning are removed on the way.</summary>
    /// <param name="states">Those that await a person.</param>
    /// <param name="after">The last key that was seen; null to begin.</param>
    public async IAsyncEnumerable<(HeldEntry Entry, LedgerRow? Row)> WalkAsync(
        IReadOnlyCollection<EmailState> states, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<EmailId>();
        while (await index.ReadAsync(states, after, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var entry in page)
            {
                var isThere = (await ledger.ReadManyOrSkipAsync([entry.Id], cancellationToken)).TryGetValue(entry.Id, out var row);
                // An entry is written before its row is: a young one may still come true.
                if (!isThere || row?.State.IsFinal() == true)
                    await index.RemoveAsync(entry, cancellationToken);

                // A mail that came to wait once more has an entry of each time, and stands where the last one is.
                var holds = row is not null && row.State.Name() == entry.PartitionKey && !(entry.At < row.EndedAt) && seen.Add(row.Id);
                yield return (entry, holds ? row : null);
            }

            after = page[^1].RowKey;
        }
    }
}
