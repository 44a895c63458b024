using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Maintenance.Retention;

/// <summary>
/// Up to when mail is deleted altogether: not before its statistics are made for good, so that a compiler that stood
/// still finds all it has missed. One that stands still for too long is not waited for.
/// </summary>
internal sealed class PurgeBound(Watermarks watermarks, StatisticsHorizon statistics, ILogger<PurgeBound> logger)
{
    /// <summary>How long beyond its time mail is kept for statistics that do not come.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <summary>Moves the horizon of the statistics before anything is deleted: from here on none are made of it.</summary>
    /// <param name="due">The time is over of mail that ended before it.</param>
    /// <returns>Mail that ended before it is deleted: <paramref name="due"/>, or somewhat earlier.</returns>
    public async Task<DateTimeOffset> MoveAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var bound = await FindAsync(due, cancellationToken);
        await statistics.ForgetMailBeforeAsync(bound, cancellationToken);
        return bound;
    }

    private async Task<DateTimeOffset> FindAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        // A compiler that never ran begins a day back, where no mail is purged yet: there is nothing to wait for.
        if (await watermarks.ReadAsync(StatisticsCompiler.Settled, cancellationToken) is not { } settled)
            return due;

        var compiled = settled - StatisticsHorizon.Margin;
        if (compiled >= due)
            return due;
        if (compiled >= due - LongestWait)
            return compiled;
        logger.PurgedWithoutStatistics(settled, due - LongestWait);
        return due - LongestWait;
    }
}
