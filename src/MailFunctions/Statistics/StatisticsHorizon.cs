using MailFunctions.Mail;
using MailFunctions.Storage;

namespace MailFunctions.Statistics;

/// <summary>
/// The time back to which statistics can still be computed from their sources. A purge moves the horizon first and then
/// deletes; the compiler reads first and then checks the horizon. So figures from incomplete sources are never written: a
/// compiler that read before the horizon was moved has read everything.
/// </summary>
/// <remarks>A horizon never moves back, whatever the settings become: deleted data stays deleted.</remarks>
internal sealed class StatisticsHorizon(Watermarks watermarks, TimeProvider clock)
{
    private const string Mail = "forgotten-mail";
    private const string Minutes = "forgotten-minutes";
    private const string Hours = "forgotten-hours";

    /// <summary>Data younger than this is never purged, so that the buckets that are compiled every minute need no check.</summary>
    private static readonly TimeSpan Certain = TimeSpan.FromHours(12);

    /// <summary>The tolerance for machines that assign an event to different minutes.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Announces that mail which ended before this time is about to be deleted, with its events.</summary>
    public Task ForgetMailBeforeAsync(DateTimeOffset time, CancellationToken cancellationToken) =>
        watermarks.AdvanceAsync(Mail, MinutePartition.MinuteOf(time + Margin), cancellationToken);

    /// <summary>Announces that rows of the buckets before this one are about to be deleted.</summary>
    /// <param name="bound">The start of an hour for minutes, of a day for hours: all sources of a coarser bucket are deleted together.</param>
    public Task ForgetBucketsBeforeAsync(Granularity granularity, DateTimeOffset bound, CancellationToken cancellationToken) =>
        watermarks.AdvanceAsync(granularity == Granularity.Minute ? Minutes : Hours, bound, cancellationToken);

    /// <summary>Says whether the sources of the bucket may be gone: its rows then stay as they are. Call it after reading.</summary>
    public async Task<bool> IsForgottenAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        if (bucket.Start > clock.GetUtcNow() - Certain)
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
