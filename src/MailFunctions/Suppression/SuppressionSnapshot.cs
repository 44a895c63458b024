using MailFunctions.Mail;

namespace MailFunctions.Suppression;

/// <summary>
/// The whole list in a worker's memory, immutable: keys in order, and with each what it stops. 40 bytes an address: 4 MB
/// for 100,000, and as much again while one snapshot replaces another.
/// </summary>
internal sealed class SuppressionSnapshot
{
    public static readonly SuppressionSnapshot Empty = new([], []);

    private readonly SuppressionKey[] _keys;
    private readonly Suppressed[] _entries;

    private SuppressionSnapshot(SuppressionKey[] keys, Suppressed[] entries) => (_keys, _entries) = (keys, entries);

    public int Count => _keys.Length;

    /// <param name="read">In any order; of two entries with one key either is kept.</param>
    public static SuppressionSnapshot Of(IEnumerable<(SuppressionKey Key, Suppressed Entry)> read)
    {
        var (keys, entries) = Sorted(read);
        return new SuppressionSnapshot(keys, entries);
    }

    /// <summary>Returns the entry that stops mail of this lane to this mailbox at this time; null when there is none.</summary>
    public Suppressed? Find(string mailbox, Lane lane, DateTimeOffset now)
    {
        foreach (var key in SuppressionKey.AllOf(mailbox))
        {
            var at = Array.BinarySearch(_keys, key);
            if (at >= 0 && _entries[at].Stops(lane, now))
                return _entries[at];
        }

        return null;
    }

    /// <summary>Returns the keys of the entries for this mailbox that the app made itself, in force or not.</summary>
    public IEnumerable<SuppressionKey> FindAutomatic(string mailbox) =>
        SuppressionKey.AllOf(mailbox).Where(key => Array.BinarySearch(_keys, key) is >= 0 and var at && _entries[at].IsAutomatic);

    /// <summary>Replaces all entries of the ranges by those that were read. Doing it again changes nothing.</summary>
    /// <param name="read">Each entry is in one of the ranges.</param>
    public SuppressionSnapshot Replace(IReadOnlyCollection<KeyRange> ranges, IEnumerable<(SuppressionKey Key, Suppressed Entry)> read)
    {
        var gone = Joined(ranges);
        var (newKeys, newEntries) = Sorted(read);
        var keys = new List<SuppressionKey>(_keys.Length + newKeys.Length);
        var entries = new List<Suppressed>(_keys.Length + newKeys.Length);
        for (int i = 0, j = 0, range = 0; i < _keys.Length || j < newKeys.Length;)
        {
            if (i == _keys.Length || (j < newKeys.Length && newKeys[j].CompareTo(_keys[i]) <= 0))
            {
                keys.Add(newKeys[j]);
                entries.Add(newEntries[j++]);
                continue;
            }

            while (range < gone.Count && gone[range].Last.CompareTo(_keys[i]) < 0)
                range++;
            if (range == gone.Count || !gone[range].Contains(_keys[i]))
            {
                keys.Add(_keys[i]);
                entries.Add(_entries[i]);
            }

            i++;
        }

        return new SuppressionSnapshot([.. keys], [.. entries]);
    }

    private static (SuppressionKey[] Keys, Suppressed[] Entries) Sorted(IEnumerable<(SuppressionKey Key, Suppressed Entry)> read)
    {
        var distinct = read.DistinctBy(item => item.Key).ToArray();
        var (keys, entries) = (Array.ConvertAll(distinct, item => item.Key), Array.ConvertAll(distinct, item => item.Entry));
        Array.Sort(keys, entries);
        return (keys, entries);
    }

    /// <summary>Returns the ranges in order, with overlapping ones merged.</summary>
    private static List<KeyRange> Joined(IEnumerable<KeyRange> ranges)
    {
        var joined = new List<KeyRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (joined.Count == 0 || joined[^1].Last.CompareTo(range.First) < 0)
                joined.Add(range);
            else if (joined[^1].Last.CompareTo(range.Last) < 0)
                joined[^1] = joined[^1] with { Last = range.Last };
        }

        return joined;
    }
}

/// <summary>The part of an entry that a snapshot keeps; times as UTC ticks.</summary>
/// <param name="ExpiresTicks"><see cref="long.MaxValue"/> when it never expires.</param>
/// <param name="IsAutomatic">The app stored it after a failure that it saw.</param>
internal readonly record struct Suppressed(long CreatedTicks, long ExpiresTicks, SuppressionReason Reason, SuppressionScope Scope, bool IsAutomatic)
{
    /// <summary>A row that this version of the app cannot read: its scope is unknown, so it stops all mail.</summary>
    public static readonly Suppressed Unreadable = new(0, long.MaxValue, SuppressionReason.Manual, SuppressionScope.All, IsAutomatic: false);

    public DateTimeOffset CreatedAt => new(CreatedTicks, TimeSpan.Zero);

    public static Suppressed Of(SuppressionEntry entry) =>
        new(entry.CreatedAt.UtcTicks, entry.ExpiresAt?.UtcTicks ?? long.MaxValue, entry.Reason, entry.Scope, entry.Mail is not null);

    public bool Stops(Lane lane, DateTimeOffset now) =>
        (Scope == SuppressionScope.All || lane == Lane.Bulk) && now.UtcTicks < ExpiresTicks;
}
