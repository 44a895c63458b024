using MailFunctions.Mail;

namespace MailFunctions.Suppression;

/// <summary>
/// The whole list in a worker's memory, immutable: 25 bytes an entry, 25 MB for a million, and as much again while one
/// snapshot replaces another that was loaded anew. A change replaces only the shards that it touches.
/// </summary>
internal sealed class SuppressionSnapshot
{
    public static readonly SuppressionSnapshot Empty = new([.. Enumerable.Repeat(SuppressionShard.Empty, SuppressionKey.Shards)]);

    private readonly SuppressionShard[] _shards;

    private SuppressionSnapshot(SuppressionShard[] shards) => _shards = shards;

    public int Count => _shards.Sum(shard => shard.Count);

    /// <param name="shards">One for each first digit of a key, in order.</param>
    public static SuppressionSnapshot Of(SuppressionShard[] shards) => new(shards);

    /// <param name="read">In any order; of two entries with one key either is kept.</param>
    public static SuppressionSnapshot Of(IEnumerable<(SuppressionKey Key, Suppressed Entry)> read)
    {
        var builders = Array.ConvertAll(Empty._shards, _ => new SuppressionShard.Builder());
        foreach (var (key, entry) in read.OrderBy(item => item.Key))
            builders[key.Shard].Add(key, entry);
        return new SuppressionSnapshot(Array.ConvertAll(builders, builder => builder.ToShard()));
    }

    /// <summary>Returns the entry that stops a mail of this lane, and of this topic if it has one, to this mailbox at this time; null when there is none.</summary>
    /// <param name="exceptAutomatic">True to pass over what the app stored itself.</param>
    public Suppressed? Find(string mailbox, Lane lane, DateTimeOffset now, string? topic = null, bool exceptAutomatic = false)
    {
        foreach (var key in SuppressionKey.ThatStop(mailbox, lane, topic))
        {
            if (_shards[key.Shard].Find(key) is { } entry && entry.Stops(lane, now) && !(exceptAutomatic && entry.IsAutomatic))
                return entry;
        }

        return null;
    }

    /// <summary>Returns the keys of the entries for this mailbox that the app made itself, in force or not.</summary>
    public IEnumerable<SuppressionKey> FindAutomatic(string mailbox) =>
        SuppressionKey.AllOf(mailbox).Where(key => _shards[key.Shard].Find(key) is { IsAutomatic: true });

    /// <summary>Replaces all entries of the ranges by those that were read. Doing it again changes nothing.</summary>
    /// <param name="read">Each entry is in one of the ranges.</param>
    public SuppressionSnapshot Replace(IReadOnlyCollection<KeyRange> ranges, IEnumerable<(SuppressionKey Key, Suppressed Entry)> read)
    {
        var entries = read.DistinctBy(item => item.Key).OrderBy(item => item.Key).ToLookup(item => item.Key.Shard);
        var shards = (SuppressionShard[])_shards.Clone();
        foreach (var gone in ranges.SelectMany(Split).GroupBy(range => range.First.Shard))
            shards[gone.Key] = shards[gone.Key].Replace(Joined(gone), [.. entries[gone.Key]]);
        return new SuppressionSnapshot(shards);
    }

    /// <summary>Cuts a range at the borders of shards.</summary>
    private static IEnumerable<KeyRange> Split(KeyRange range) =>
        Enumerable.Range(range.First.Shard, range.Last.Shard - range.First.Shard + 1).Select(KeyRange.OfShard).Select(shard => new KeyRange(
            range.First.CompareTo(shard.First) > 0 ? range.First : shard.First,
            range.Last.CompareTo(shard.Last) < 0 ? range.Last : shard.Last));

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
