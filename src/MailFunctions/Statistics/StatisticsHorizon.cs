using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Statistics;

/// <summary>
/// How far back statistics can still be computed from what they are made of. Whoever purges moves the horizon first, and
/// deletes then; whoever compiles reads first, and looks at the horizon then. So figures that were made of a part are
/// never written: a compiler that read before the horizon was there has read all.
/// </summary>
/// <remarks>A horizon never moves back, whatever becomes of the settings: what was deleted stays deleted.</remarks>
internal sealed class StatisticsHorizon(Watermarks watermarks, TimeProvider time)
{
    private const string Mail = "forgotten-mail";
    private const string Minutes = "forgotten-minutes";
    private const string Hours = "forgotten-hours";

    /// <summary>Nothing younger is ever purged, so that what is compiled every minute need not ask.</summary>
    private static readonly TimeSpan Certain = TimeSpan.FromHours(12);

    /// <summary>Machines differ in what they take for the minute of an event.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Mail that ended before it is about to be deleted, with its events.</summary>
    public Task ForgetMailBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        watermarks.AdvanceAsync(Mail, MinutePartition.MinuteOf(time + Margin), cancellationToken);

    /// <summary>Rows of the buckets before it are about to be deleted.</summary>
    /// <param name="bound">The start of an hour for minutes, of a day for hours: what a coarser bucket is made of goes together.</param>
    public Task ForgetBucketsBeforeAsync(Granularity granularity, DateTimeOffset bound, CancellationToken cancellationToken) =>
        watermarks.AdvanceAsync(granularity == Granularity.Minute ? Minutes : Hours, bound, cancellationToken);

    /// <summary>What the bucket is made of may be gone: its rows stay as they are. Ask after reading.</summary>
    public async Task<bool> IsForgottenAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        if (bucket.Start > time.GetUtcNow() - Certain)
            return false;
        string[] names = bucket.Granularity switch
        {
            Granularity.Minute => [Mail, Minutes],
            Granularity.Hour => [Minutes],
            _ => [Hours],
        };
        var bounds = await Task.WhenAll(names.Select(name => watermarks.ReadAsync(name, cancellationToken)));
        return bounds.Any(bound => bucket.Start < bound);
    }
}
