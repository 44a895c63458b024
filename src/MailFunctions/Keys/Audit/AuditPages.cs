namespace MailFunctions.Keys.Audit;

/// <summary>A part of the trail, the newest entry first.</summary>
/// <param name="After">The last entry that was looked at; null when nothing older is left.</param>
internal sealed record AuditSlice(IReadOnlyList<AuditEntry> Entries, AuditKey? After);

/// <summary>Reads pages of the trail.</summary>
internal sealed class AuditPages(AuditTable table, TimeProvider clock)
{
    /// <summary>The most entries that one page looks at: a filter that matches hardly any must not keep its caller waiting.</summary>
    public const int MostSeen = 20_000;

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(10);

    /// <returns>At most <see cref="AuditQuery.Limit"/> entries; fewer, even none, with more to come, when few match.</returns>
    public async Task<AuditSlice> ReadAsync(AuditQuery query, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        var found = new List<AuditEntry>();
        var seen = 0;
        AuditKey? last = null;
        await foreach (var entry in table.WalkAsync(query.Range, query.Limit, cancellationToken))
        {
            if (found.Count == query.Limit || seen == MostSeen || (seen > 0 && clock.GetElapsedTime(began) >= LongestRead))
                return new AuditSlice(found, last);
            if (query.Matches(entry))
                found.Add(entry);
            (last, seen) = (entry.Key, seen + 1);
        }

        return new AuditSlice(found, null);
    }
}
