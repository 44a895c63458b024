using System.Numerics;
using System.Security.Cryptography;

namespace MailFunctions.Suppression;

/// <summary>How many addresses the list may have: every worker holds all of it in memory, 40 bytes each.</summary>
/// <param name="Import">Beyond it nothing is imported.</param>
/// <param name="Single">Beyond it no single entry is put either: further, since a single one is mostly somebody's no.</param>
internal sealed record SuppressionBounds(int Import, int Single)
{
    public static readonly SuppressionBounds Default = new(2_000_000, 3_000_000);
}

/// <summary>
/// Holds the list below its bounds. Nothing counts its rows; the keys are bits of a hash, so that a part of all possible
/// keys, another one each time, has that part of the rows: what a part has is counted, about two thousand rows. Within a
/// tenth it is right nearly always, and exact for a list that small.
/// </summary>
/// <remarks>Thread safe. What other processes put within <see cref="BelievedFor"/> comes on top.</remarks>
internal sealed class SuppressionCapacity(SuppressionTable table, SuppressionBounds bounds, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(1);

    /// <summary>So long a list that was full is not counted again.</summary>
    private static readonly TimeSpan FullFor = TimeSpan.FromSeconds(5);

    /// <summary>Rows that are counted of a list that is as long as it may be.</summary>
    private const int Sample = 2_000;

    private readonly SemaphoreSlim _one = new(1);
    private long _countedAt;
    private long? _count;

    public SuppressionBounds Bounds => bounds;

    /// <summary>Takes room for entries that are about to be put; what replaces an entry counts until the list is counted again.</summary>
    /// <param name="most">How long the list may be with them.</param>
    /// <returns>False when there is none.</returns>
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
        // One of as many parts, a power of two.
        var parts = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, bounds.Import / Sample));
        var part = RandomNumberGenerator.GetInt32(parts);
        var bits = BitOperations.Log2((uint)parts);
        var first = bits == 0 ? UInt128.Zero : (UInt128)(uint)part << (128 - bits);
        var last = bits == 0 ? UInt128.MaxValue : first | (UInt128.MaxValue >> bits);
        var enough = (bounds.Single / parts * 2) + 100;
        return (long)parts * await table.CountAsync(new SuppressionKey(first), new SuppressionKey(last), enough, cancellationToken);
    }
}
