using MailFunctions.Delivery;
using MailFunctions.Ledger;
using MailFunctions.Retention;

namespace MailFunctions.Erasure;

/// <summary>Erases one recipient from one mail that is over: what it says, then the events, and at last the row by which it is found.</summary>
internal sealed class MailEraser(EmailLedger ledger, LedgerPartition partitions, EventLog events, ContentPurge contents, Endings endings, TimeProvider clock)
{
    /// <returns>False when the mail is not over, and is left as it is.</returns>
    public async Task<bool> TryEraseAsync(LedgerRow row, string address, bool cancelOpen, CancellationToken cancellationToken)
    {
        for (var standing = row; standing is not null; standing = await ledger.ReadAsync(row.Id, cancellationToken))
        {
            if (!standing.State.IsFinal())
            {
                if (!cancelOpen || !Erased.NamesOnly(standing, address) || !Transitions.IsLegal(standing.State, EmailState.Canceled))
                    return false;
                await endings.TryEndAsync(standing, EmailState.Canceled, "Canceled by call.", cancellationToken);
                continue;
            }

            await DropContentAsync(standing, cancellationToken);
            foreach (var key in standing.Events)
                await events.EraseAsync(key, e => Erased.Event(e, address), cancellationToken);
            if (await ledger.TryEraseAsync(Erased.Row(standing, address, clock.GetUtcNow()), cancellationToken) is not null)
                return true;
        }

        // Purged meanwhile.
        return true;
    }

    private async Task DropContentAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        if (row.ContentPurgedAt is not null)
            return;
        var (rows, unreadable) = row.Content?.SharedName is null ? ([], 0) : await partitions.ReadAsync(row.Id.PartitionKey, cancellationToken);
        await contents.DeleteAsync([row], rows, unreadable > 0, cancellationToken);
    }
}
