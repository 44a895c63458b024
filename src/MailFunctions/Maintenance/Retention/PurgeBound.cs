using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Maintenance.Retention;

/// <summary>
/// Finds the time before which mail is deleted entirely: not before its statistics are final, so that a compiler that stood
/// still finds all it has missed. The wait for a stalled compiler is limited.
/// </summary>
internal sealed class PurgeBound(Watermarks watermarks, StatisticsHorizon statistics, ILogger<PurgeBound> logger)
{
    /// <summary>The longest time for which overdue mail is kept for missing statistics.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <summary>Moves the horizon of the statistics before any mail is deleted: from then on no statistics are made of that mail.</summary>
    /// <param name="due">Mail that ended before it has reached its retention time.</param>
    /// <returns>The time before which ended mail is deleted: <paramref name="due"/>, or somewhat earlier.</returns>
    public async Task<DateTimeOffset> MoveAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        var bound = await FindAsync(due, cancellationToken);
        await statistics.ForgetMailBeforeAsync(bound, cancellationToken);
        return bound;
    }

    private async Task<DateTimeOffset> FindAsync(DateTimeOffset due, CancellationToken cancellationToken)
    {
        // A compiler that never ran begins a day back, where no mail is purged yet: no wait is needed.
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
