namespace MailFunctions.Suppression;

/// <summary>Stores that the owner of an address unsubscribed, and never weakens an entry that stops more.</summary>
internal sealed class Unsubscriptions(SuppressionTable table, SuppressionChanges changes, TimeProvider clock)
{
    /// <summary>
    /// Stores the entry: for the lane bulk, or for a topic in both lanes. An entry that stops as much for good stays as it is; one
    /// that stops no more, or ends, is replaced. One that stops all mail until its end stays, and the new entry stands beside it,
    /// under a key of its own. Doing it again changes nothing.
    /// </summary>
    /// <param name="topic">Null: all mail of the lane bulk.</param>
    public async Task AddAsync(string mailbox, string? topic, CancellationToken cancellationToken)
    {
        var entry = new SuppressionEntry(
            SuppressionKey.Normalise(mailbox), SuppressionReason.Unsubscribe, topic is null ? SuppressionScope.Bulk : SuppressionScope.All, clock.GetUtcNow(), null, null)
        {
            Topic = topic,
        };
        while (await table.StandingAsync(entry.Key, cancellationToken) is var standing && !Covers(standing, entry))
        {
            if (IsBeside(standing?.Entry, entry))
                entry = entry with { Key = SuppressionKey.OfTopic(mailbox, "") };
            else if (await TryPutAsync(entry, standing?.Tag, cancellationToken))
                return;
        }
    }

    /// <summary>True for an entry that stops as much, for good; also for one that this version cannot read, since that stops all mail.</summary>
    private static bool Covers((Azure.ETag Tag, SuppressionEntry? Entry)? standing, SuppressionEntry entry) =>
        standing is { } row && (row.Entry is null || (row.Entry.ExpiresAt is null && (row.Entry.Scope == SuppressionScope.All || entry.Scope == SuppressionScope.Bulk)));

    private bool IsBeside(SuppressionEntry? standing, SuppressionEntry entry) =>
        standing is { Scope: SuppressionScope.All } && entry.Scope == SuppressionScope.Bulk && standing.IsInForce(clock.GetUtcNow());

    private async Task<bool> TryPutAsync(SuppressionEntry entry, Azure.ETag? standing, CancellationToken cancellationToken)
    {
        var announced = await changes.AnnounceAsync([new KeyRange(entry.Key, entry.Key)], cancellationToken);
        if (!await table.TryPutAsync(entry, standing, cancellationToken))
            return false;
        await changes.FinishAsync(announced, cancellationToken);
        return true;
    }
}
