using System.Globalization;
using System.Numerics;
using System.Text;

namespace MailFunctions.Statistics;

/// <summary>
/// Durations from 1 millisecond to 7 days, as counts in fixed log-linear buckets: 8 to the octave. Two histograms add up
/// to the histogram of both, in any order. A shorter or longer duration counts as the nearest bound.
/// </summary>
/// <remarks>
/// The bounds are whole ticks, found by shifting bits alone, so that every machine puts a latency into the same
/// bucket. A bucket from l to u = l·(8+j+1)/(8+j) is reported as 2lu/(l+u), so no percentile is further than 1/17 (5.9
/// %) from the latency at its rank.
/// </remarks>
internal sealed class LatencyHistogram : IEquatable<LatencyHistogram>
{
    public const double RelativeError = 1.0 / 17;

    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);
    public static readonly LatencyHistogram Empty = new([]);

    private const int FirstOctave = 13; // 2^13 ticks = 0.8192 ms
    private const int StepBits = 3;
    private const int Steps = 1 << StepBits;

    private static readonly int LastBucket = BucketOf(Longest);

    /// <summary>Ascending by index; every count is greater than zero.</summary>
    private readonly (int Index, long Count)[] _buckets;

    private LatencyHistogram((int Index, long Count)[] buckets) => _buckets = buckets;

    public long Count => _buckets.Sum(bucket => bucket.Count);

    public static LatencyHistogram Of(TimeSpan latency) => new([(BucketOf(latency), 1)]);

    public LatencyHistogram Merge(LatencyHistogram other)
    {
        if (other._buckets.Length == 0)
            return this;
        if (_buckets.Length == 0)
            return other;

        var merged = new List<(int Index, long Count)>(_buckets.Length + other._buckets.Length);
        int left = 0, right = 0;
        while (left < _buckets.Length || right < other._buckets.Length)
        {
            var a = left < _buckets.Length ? _buckets[left] : (Index: int.MaxValue, Count: 0);
            var b = right < other._buckets.Length ? other._buckets[right] : (Index: int.MaxValue, Count: 0);
            var index = Math.Min(a.Index, b.Index);
            merged.Add((index, (a.Index == index ? a.Count : 0) + (b.Index == index ? b.Count : 0)));
            if (a.Index == index)
                left++;
            if (b.Index == index)
                right++;
        }

        return new([.. merged]);
    }

    /// <param name="rank">Greater than 0, up to 1; 0.95 is the 95th percentile by nearest rank.</param>
    /// <returns>Null when the histogram is empty.</returns>
    public TimeSpan? Percentile(double rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rank, 1);

        var before = Math.Max((long)Math.Ceiling(Count * rank), 1);
        foreach (var (index, count) in _buckets)
        {
            before -= count;
            if (before <= 0)
                return MiddleOf(index);
        }

        return null;
    }

    /// <summary>Returns the stored form: <c>index:count</c> joined by commas, ascending; empty for an empty histogram.</summary>
    public override string ToString() => _buckets
        .Aggregate(new StringBuilder(), (text, bucket) => text
            .Append(text.Length == 0 ? "" : ",")
            .Append(CultureInfo.InvariantCulture, $"{bucket.Index}:{bucket.Count}"))
        .ToString();

    /// <exception cref="FormatException">The text is not one that <see cref="ToString"/> wrote.</exception>
    public static LatencyHistogram Parse(string text)
    {
        if (text.Length == 0)
            return Empty;

        var buckets = Array.ConvertAll(text.Split(','), pair => pair.Split(':') is [var index, var count]
            && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
            && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
            && n > 0 && i <= LastBucket
            ? (i, n)
            : throw new FormatException($"'{pair}' is not a bucket of a latency histogram."));
        for (var i = 1; i < buckets.Length; i++)
            if (buckets[i].i <= buckets[i - 1].i)
                throw new FormatException("The buckets of a latency histogram ascend.");
        return new(buckets);
    }

    public bool Equals(LatencyHistogram? other) => other is not null && _buckets.AsSpan().SequenceEqual(other._buckets);

    public override bool Equals(object? obj) => Equals(obj as LatencyHistogram);

    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    private static int BucketOf(TimeSpan latency)
    {
        var ticks = Math.Clamp(latency.Ticks, Shortest.Ticks, Longest.Ticks);
        var octave = BitOperations.Log2((ulong)ticks);
        return ((octave - FirstOctave) << StepBits) + (int)((ticks >> (octave - StepBits)) & (Steps - 1));
    }

    private static TimeSpan MiddleOf(int index)
    {
        var unit = 1L << ((index >> StepBits) + FirstOctave - StepBits);
        var lower = (double)((Steps + (index & (Steps - 1))) * unit);
        var upper = lower + unit;
        return new((long)(2 * lower * upper / (lower + upper)));
    }
}
