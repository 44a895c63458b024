using MailFunctions.Delivery;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Retention;

namespace MailFunctions.Maintenance.Erasure;

/// <summary>
/// Erases one recipient from one mail in a final state: its content, then the events, and last the row that leads to them.
/// </summary>
internal sealed class MailEraser(EmailLedger ledger, LedgerPartition partitions, EventLog events, ContentPurge contents, TerminalStates terminal, TimeProvider clock)
{
    public async Task<ErasureResult> EraseAsync(LedgerRow row, string address, bool cancelOpen, CancellationToken cancellationToken)
    {
        var standing = row;
        do
        {
            if (standing is null)
                return ErasureResult.Unreadable;
            if (!standing.State.IsFinal())
            {
                if (!cancelOpen || !Erased.NamesOnly(standing, address) || !Transitions.IsLegal(standing.State, EmailState.Canceled))
                    return ErasureResult.Open;
                await terminal.TryEndAsync(standing, EmailState.Canceled, "Canceled via the API.", cancellationToken);
                continue;
            }

            var left = await DropContentAsync(standing, cancellationToken);
            if (!await TryEraseEventsAsync(standing, address, cancellationToken))
                return ErasureResult.Unreadable;
            if (await ledger.TryEraseAsync(Erased.Row(standing, address, clock.GetUtcNow()), cancellationToken) is null)
                continue;
            await contents.DeleteUnnamedAsync(row.Id.PartitionKey, left, cancellationToken);
            return ErasureResult.Done;
        }
        while ((await ledger.ReadManyOrSkipAsync([row.Id], cancellationToken)).TryGetValue(row.Id, out standing));

        // The row was purged meanwhile.
        return ErasureResult.Done;
    }

    /// <returns>False if an event cannot be read; the others are erased.</returns>
    private async Task<bool> TryEraseEventsAsync(LedgerRow row, string address, CancellationToken cancellationToken)
    {
        var all = true;
        foreach (var key in row.Events)
            all &= await events.TryEraseAsync(key, e => Erased.Event(e, address), cancellationToken);
        return all;
    }

    /// <returns>The shared content that other mails still use.</returns>
    private async Task<IReadOnlyList<string>> DropContentAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        if (row.ContentPurgedAt is not null)
            return [];
        var (rows, unreadable) = row.Content?.SharedName is null ? ([], 0) : await partitions.ReadAsync(row.Id.PartitionKey, cancellationToken);
        return await contents.DeleteAsync([row], rows, unreadable > 0, cancellationToken);
    }
}
