using System.Numerics;
using MailFunctions.Mail;

namespace MailFunctions.Suppression;

/// <summary>The most addresses that the list may have: every worker holds all of it in memory, 25 bytes each.</summary>
/// <param name="Import">The size beyond which nothing is imported.</param>
/// <param name="Single">The size beyond which no single entry is stored either: larger, since a single entry is usually a recipient's own request.</param>
internal sealed record SuppressionBounds(int Import, int Single)
{
    public static readonly SuppressionBounds Default = new(2_000_000, 3_000_000);
}

/// <summary>
/// Keeps the list below its bounds. No count of the rows is stored; but the keys are bits of a hash, so a fraction of all
/// possible keys, a different one each time, has that fraction of the rows: the rows of the fraction are counted, about
/// two thousand. The estimate is nearly always right within a tenth, and exact for a list that small.
/// </summary>
/// <remarks>Thread safe. Entries that other processes store within <see cref="BelievedFor"/> come on top.</remarks>
internal sealed class SuppressionCapacity(SuppressionTable table, SuppressionBounds bounds, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(1);

    /// <summary>The time for which a list that was full is not counted again.</summary>
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(5);

    /// <summary>The rows that are counted of a list of the largest size.</summary>
    private const int Sample = 2_000;

    private readonly SemaphoreSlim _one = new(1);
    private long _countedAt;
    private long? _count;

    public SuppressionBounds Bounds => bounds;

    /// <summary>
    /// Reserves room for entries that are about to be stored; an entry that replaces another counts until
    /// the list is counted again.
    /// </summary>
    /// <param name="most">The most entries that the list may have with them.</param>
    /// <returns>False when there is no room.</returns>
    public async Task<bool> TakeAsync(int entries, int most, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var age = clock.GetElapsedTime(_countedAt);
            if (_count is not { } count || age >= BelievedFor || (count + entries > most && age >= FullFor))
                (_count, _countedAt) = (count = await EstimateAsync(cancellationToken), clock.GetTimestamp());
            if (count + entries > most)
                return false;
            _count = count + entries;
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    internal async Task<long> EstimateAsync(CancellationToken cancellationToken)
    {
        // One of this many parts, a power of two.
        var parts = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, bounds.Import / Sample));
        var part = Chance.Spread.Next(parts);
        var bits = BitOperations.Log2((uint)parts);
        var first = bits == 0 ? UInt128.Zero : (UInt128)(uint)part << (128 - bits);
        var last = bits == 0 ? UInt128.MaxValue : first | (UInt128.MaxValue >> bits);
        var enough = (bounds.Single / parts * 2) + 100;
        return (long)parts * await table.CountAsync(new SuppressionKey(first), new SuppressionKey(last), enough, cancellationToken);
    }
}
