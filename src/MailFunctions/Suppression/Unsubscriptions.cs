namespace MailFunctions.Suppression;

/// <summary>Stores that the owner of an address unsubscribed.</summary>
internal sealed class Unsubscriptions(SuppressionTable table, SuppressionChanges changes, TimeProvider clock)
{
    /// <summary>
    /// Stores the entry: for the lane bulk, or for a topic in both lanes. It has a key of its own beside that of the address, so
    /// that entries of callers and of the app, which may end, neither take its place nor make it superfluous. Doing it again
    /// changes nothing.
    /// </summary>
    /// <param name="topic">Null: all mail of the lane bulk.</param>
    public async Task AddAsync(string mailbox, string? topic, CancellationToken cancellationToken)
    {
        var entry = new SuppressionEntry(
            SuppressionKey.Normalise(mailbox), SuppressionReason.Unsubscribe, topic is null ? SuppressionScope.Bulk : SuppressionScope.All, clock.GetUtcNow(), null, null)
        {
            Key = SuppressionKey.OfTopic(mailbox, topic ?? ""),
            Topic = topic,
        };
        while (true)
        {
            var standing = await table.StandingAsync(entry.Key, cancellationToken);
            if (IsForGood(standing) || await TryPutAsync(entry, standing?.Tag, cancellationToken))
                return;
        }
    }

    /// <summary>True also for an entry that this version cannot read, since that stops all mail.</summary>
    private static bool IsForGood((Azure.ETag Tag, SuppressionEntry? Entry)? standing) => standing is { Entry: null or { ExpiresAt: null } };

    private async Task<bool> TryPutAsync(SuppressionEntry entry, Azure.ETag? standing, CancellationToken cancellationToken)
    {
        var announced = await changes.AnnounceAsync([new KeyRange(entry.Key, entry.Key)], cancellationToken);
        if (!await table.TryPutAsync(entry, standing, cancellationToken))
            return false;
        await changes.FinishAsync(announced, cancellationToken);
        return true;
    }
}
