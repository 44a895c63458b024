using MailFunctions.Ledger;
using MailFunctions.Mail;

namespace MailFunctions.Delivery;

/// <summary>
/// The places for mails with large content, which is in memory or slow to stream: each is a group by itself, and only so many
/// of a lane run at once.
/// </summary>
internal sealed class LargeMails
{
    /// <summary>The most large mails of one lane that run at once in this process.</summary>
    private const int MaxAtOnce = 4;

    /// <summary>The wait for a place. Then the mail goes back to its queue: the host ends a function that waits too long.</summary>
    private static readonly TimeSpan PlaceWait = TimeSpan.FromMinutes(1);

    /// <summary>One semaphore per lane, so that large mail of one lane never blocks the other.</summary>
    private readonly Dictionary<Lane, SemaphoreSlim> _lanes = Enum.GetValues<Lane>().ToDictionary(lane => lane, _ => new SemaphoreSlim(MaxAtOnce));

    public static bool IsLarge(LedgerRow row) => row.Content is { BlobName: not null } or { ReferredBytes: > ContentStore.MaxInline };

    /// <summary>Waits for a place if the group is a large mail; other groups need none.</summary>
    /// <param name="first">The first row of the group.</param>
    /// <returns>Null if no place became free in a minute, or if the group may not start any more.</returns>
    public async Task<Place?> TryEnterAsync(LedgerRow first, GroupTerms terms)
    {
        if (!IsLarge(first))
            return new Place(null);
        var lane = _lanes[first.Lane];
        if (!await lane.WaitAsync(PlaceWait, terms.Stopping))
            return null;
        if (terms.MayStart())
            return new Place(lane);
        lane.Release();
        return null;
    }

    /// <summary>A place, which is free again once this is disposed of.</summary>
    internal sealed class Place(SemaphoreSlim? lane) : IDisposable
    {
        public void Dispose() => lane?.Release();
    }
}
