namespace MailFunctions.Suppression;

/// <summary>
/// The entries of a snapshot whose keys have the same first digit: their keys in order, and with each what it stops, in 25
/// bytes. Immutable.
/// </summary>
internal sealed class SuppressionShard
{
    /// <summary>The bytes that an entry takes.</summary>
    public const int EntryBytes = 16 + 4 + 4 + 1;

    public static readonly SuppressionShard Empty = new([], [], [], []);

    private readonly SuppressionKey[] _keys;
    private readonly uint[] _created;
    private readonly uint[] _expires;
    private readonly byte[] _traits;

    private SuppressionShard(SuppressionKey[] keys, uint[] created, uint[] expires, byte[] traits) => (_keys, _created, _expires, _traits) = (keys, created, expires, traits);

    public int Count => _keys.Length;

    public Suppressed? Find(SuppressionKey key) => Array.BinarySearch(_keys, key) is var at and >= 0 ? EntryAt(at) : null;

    /// <summary>Returns a shard in which all entries of some ranges are replaced.</summary>
    /// <param name="ranges">In order, and apart from each other.</param>
    /// <param name="read">The entries of the ranges, in the order of their keys, each key once.</param>
    public SuppressionShard Replace(IReadOnlyList<KeyRange> ranges, IReadOnlyList<(SuppressionKey Key, Suppressed Entry)> read)
    {
        var builder = new Builder();
        for (int i = 0, j = 0, range = 0; i < _keys.Length || j < read.Count;)
        {
            if (i == _keys.Length || (j < read.Count && read[j].Key.CompareTo(_keys[i]) <= 0))
            {
                builder.Add(read[j].Key, read[j].Entry);
                j++;
                continue;
            }

            while (range < ranges.Count && ranges[range].Last.CompareTo(_keys[i]) < 0)
                range++;
            if (range == ranges.Count || !ranges[range].Contains(_keys[i]))
                builder.Add(_keys[i], EntryAt(i));
            i++;
        }

        return builder.ToShard();
    }

    private Suppressed EntryAt(int at) => new PackedEntry(_created[at], _expires[at], _traits[at]).Unpack();

    /// <summary>
    /// Makes a shard of entries that come in the order of their keys. They are packed at once, in blocks that are copied only once,
    /// so that it never takes more than twice the memory of the shard.
    /// </summary>
    internal sealed class Builder
    {
        private const int FirstBlock = 16;
        private const int LargestBlock = 4096;

        private readonly List<Block> _blocks = [];
        private int _count;

        /// <param name="key">Greater than the last; a repeated one is left out.</param>
        public void Add(SuppressionKey key, Suppressed entry)
        {
            if (_count > 0 && key.CompareTo(_blocks[^1].Last) is var order and <= 0)
            {
                if (order < 0)
                    throw new ArgumentException("Entries come in the order of their keys.", nameof(key));
                return;
            }

            if (_count == 0 || _blocks[^1].IsFull)
                _blocks.Add(new Block(Math.Clamp(_count, FirstBlock, LargestBlock)));
            _blocks[^1].Add(key, PackedEntry.Of(entry));
            _count++;
        }

        public SuppressionShard ToShard()
        {
            if (_count == 0)
                return Empty;
            var shard = new SuppressionShard(new SuppressionKey[_count], new uint[_count], new uint[_count], new byte[_count]);
            var at = 0;
            foreach (var block in _blocks)
                at += block.CopyTo(shard, at);
            return shard;
        }
    }

    private sealed class Block(int size)
    {
        private readonly SuppressionShard _columns = new(new SuppressionKey[size], new uint[size], new uint[size], new byte[size]);
        private int _count;

        public bool IsFull => _count == size;

        public SuppressionKey Last => _columns._keys[_count - 1];

        public void Add(SuppressionKey key, PackedEntry entry)
        {
            _columns._keys[_count] = key;
            (_columns._created[_count], _columns._expires[_count], _columns._traits[_count]) = entry;
            _count++;
        }

        /// <returns>The number of entries.</returns>
        public int CopyTo(SuppressionShard shard, int at)
        {
            Array.Copy(_columns._keys, 0, shard._keys, at, _count);
            Array.Copy(_columns._created, 0, shard._created, at, _count);
            Array.Copy(_columns._expires, 0, shard._expires, at, _count);
            Array.Copy(_columns._traits, 0, shard._traits, at, _count);
            return _count;
        }
    }
}
