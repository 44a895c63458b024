using System.Diagnostics.Metrics;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Statistics;

/// <summary>
/// Compiles the table Statistics from events and emails. A bucket is always computed whole and replaced, so that
/// compiling twice, late, by two at once, or again after a crash in the middle gives the same rows.
/// </summary>
/// <remarks>
/// A row may be written into a minute after it ended: the outcome of a long attempt goes into the minute of its claim. So
/// each minute is compiled while it runs and right after, again when it is some minutes old and once more when no worker
/// writes into it unmarked, and after that whenever a writer marked it (<see cref="DirtyMinutes"/>). Three watermarks
/// record the progress of these passes.
/// </remarks>
internal sealed class StatisticsCompiler
{
    /// <summary>The watermark up to which every minute was compiled after it had ended.</summary>
    internal const string Fresh = "fresh";

    /// <summary>The watermark of minutes whose attempts have nearly all ended.</summary>
    internal const string Settling = "settling";

    /// <summary>The watermark of minutes that are written into only after being marked.</summary>
    internal const string Settled = "settled";

    /// <summary>
    /// The period before the first run that it compiles: mail that was accepted between deployment and the first run
    /// counts, too, and a timer that is off for more than a day is noticed. Empty time costs next to nothing.
    /// </summary>
    internal static readonly TimeSpan FirstLookBack = TimeSpan.FromHours(24);

    /// <summary>The bounds of a run, in computed minutes and in time, within a step; the next run continues.</summary>
    internal const int MaxMinutes = 240;

    internal static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(45);

    private const int MinutesOfStep = 15;
    private const int MarkedMinutesOfRun = 60;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPass = TimeSpan.FromHours(24);

    /// <summary>The watermarks, oldest first, with the age after its end at which a minute is compiled.</summary>
    private static readonly (string Watermark, TimeSpan Age)[] Looks =
    [
        (Settled, DirtyMinutes.Age + DirtyMinutes.InFlight + Minute), // a minute for clocks that differ
        (Settling, 5 * Minute),
        (Fresh, TimeSpan.Zero),
    ];

    private readonly StatisticsTable _table;
    private readonly Watermarks _watermarks;
    private readonly DirtyMinutes _dirty;
    private readonly MinuteSource _source;
    private readonly BucketCompiler _buckets;
    private readonly Levels _levels;
    private readonly TimeProvider _clock;
    private readonly ILogger<StatisticsCompiler> _logger;

    internal StatisticsCompiler(
        StatisticsTable table, Watermarks watermarks, DirtyMinutes dirty, MinuteSource source, Levels levels, TimeProvider clock, ILogger<StatisticsCompiler> logger)
    {
        _table = table;
        _watermarks = watermarks;
        _dirty = dirty;
        _source = source;
        _buckets = new(table, source, new StatisticsHorizon(watermarks, clock));
        _levels = levels;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Runs the timer once: the running minute, the marked ones, and all that the watermarks have not reached.</summary>
    /// <exception cref="Azure.RequestFailedException">The storage service failed; the next run repeats what was not recorded.</exception>
    public async Task<CompileReport> CompileAsync(CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        var run = new CompilerRun(MinutePartition.MinuteOf(_clock.GetUtcNow()));

        // 1. the running minute, and the two before it, whose attempts are just ending
        await CompileAsync(run, [run.Now - (2 * Minute), run.Now - Minute, run.Now], cancellationToken);

        // 2. the minutes that writers marked
        await CompileMarkedAsync(run, cancellationToken);

        // 3. the minutes that the watermarks have not reached
        var behind = TimeSpan.Zero;
        foreach (var (watermark, age) in Looks)
        {
            var end = run.Now - age;
            var stands = await CatchUpAsync(run, watermark, end, MayGoOn, cancellationToken);
            if (end - stands > behind)
                behind = end - stands;
        }

        if (behind > TimeSpan.Zero)
            _logger.StatisticsBehind(behind, run.Minutes);
        _levels.StatisticsLag.Report(new Measurement<double>(behind.TotalSeconds));
        _logger.StatisticsCompiled(run.Minutes, run.Change.Written, run.Change.Deleted);
        return new(run.Minutes, run.Change.Written, run.Change.Deleted, behind);

        bool MayGoOn() => run.Minutes < MaxMinutes && _clock.GetElapsedTime(started) < MaxTime;
    }

    /// <summary>Runs the timer once and returns its counts, for an operator.</summary>
    internal Task<IReadOnlyList<JobReport>> ReportAsync(CancellationToken cancellationToken) =>
        TimerJobs.ReportAllAsync([new TimerJob("compile", async token => (await CompileAsync(token)).ToCounts())], cancellationToken);

    /// <summary>Compiles the minutes that writers marked, then removes the markers that are settled.</summary>
    private async Task CompileMarkedAsync(CompilerRun run, CancellationToken cancellationToken)
    {
        var markers = new List<DirtyMinute>();
        var minutes = new HashSet<DateTimeOffset>();
        await foreach (var marker in _dirty.ReadAsync(cancellationToken))
        {
            if (marker.Minute is not { } minute)
                _logger.UnreadableMarker(marker.RowKey);
            else if (minutes.Count < MarkedMinutesOfRun || minutes.Contains(minute))
                minutes.Add(minute);
            else
                break;
            markers.Add(marker);
        }

        // A minute compiled earlier in this run may have been read before the marked row existed: it is compiled again.
        run.Done.ExceptWith(minutes);
        await CompileAsync(run, [.. minutes], cancellationToken);
        await _dirty.RemoveAsync([.. markers.Where(marker => marker.IsSettled)], cancellationToken);
    }

    /// <summary>
    /// Moves one watermark through every minute up to <paramref name="end"/>, in order and in steps,
    /// within the bounds of the run.
    /// </summary>
    /// <returns>The watermark's new position.</returns>
    private async Task<DateTimeOffset> CatchUpAsync(
        CompilerRun run, string watermark, DateTimeOffset end, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        var from = await _watermarks.ReadAsync(watermark, cancellationToken) ?? run.Now - FirstLookBack;
        while (from < end)
        {
            var to = run.DoneUntil(from, end);
            if (to == from)
            {
                if (!mayGoOn())
                    break;
                to = Min(from + (MinutesOfStep * Minute), end);
                var change = await CompileAsync(run, MinutesBetween(from, to), cancellationToken);
                if (change.IsEmpty && to < end)
                    to = await PassOverAsync(run, to, Min(to + LongestPass, end), cancellationToken);
            }

            from = await _watermarks.AdvanceAsync(watermark, to, cancellationToken);
        }

        return from;
    }

    /// <summary>Compiles minutes that this run has not compiled yet, and the hours and days that contain them.</summary>
    /// <returns>The change of the minutes alone.</returns>
    private async Task<BucketChange> CompileAsync(CompilerRun run, IReadOnlyList<DateTimeOffset> minutes, CancellationToken cancellationToken)
    {
        var open = minutes.Where(minute => !run.Done.Contains(minute)).ToList();
        var change = await _buckets.CompileMinutesAsync(open, cancellationToken);
        run.Change += change + await _buckets.CompileCoarserAsync(open, cancellationToken);
        run.Minutes += open.Count;
        run.Done.UnionWith(open);
        return change;
    }

    /// <summary>Skips the minutes in which nothing happened and which have no row.</summary>
    /// <remarks>A run that crashed may have emptied one of them, but not its hour and day: these are compiled all the same.</remarks>
    /// <returns>The first minute that is not empty, or <paramref name="end"/>.</returns>
    private async Task<DateTimeOffset> PassOverAsync(CompilerRun run, DateTimeOffset from, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var happened = await _source.FirstMinute(from, end, cancellationToken) ?? end;
        var compiled = await _table.FirstAsync(Bucket.Of(Granularity.Minute, from), Bucket.Of(Granularity.Minute, end), cancellationToken);
        var next = Min(happened, compiled?.Start ?? end);
        var passed = MinutesBetween(from, next);
        run.Change += await _buckets.CompileCoarserAsync(passed, cancellationToken);
        run.Done.UnionWith(passed);
        return next;
    }

    private static List<DateTimeOffset> MinutesBetween(DateTimeOffset from, DateTimeOffset to)
    {
        var minutes = new List<DateTimeOffset>();
        for (var minute = from; minute < to; minute += Minute)
            minutes.Add(minute);
        return minutes;
    }

    private static DateTimeOffset Min(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}

/// <summary>The result of one run of the compiler.</summary>
/// <param name="Minutes">Minutes that were computed.</param>
/// <param name="Written">Rows of all granularities that were written because they differed.</param>
/// <param name="Deleted">Rows that were deleted because no event or email counts in them any more.</param>
/// <param name="Behind">The distance of the slowest watermark from its target; the next runs catch up.</param>
internal sealed record CompileReport(int Minutes, int Written, int Deleted, TimeSpan Behind)
{
    internal IReadOnlyDictionary<string, int> ToCounts() => new Dictionary<string, int>
    {
        ["minutes"] = Minutes,
        ["rows_written"] = Written,
        ["rows_deleted"] = Deleted,
        ["seconds_behind"] = (int)Behind.TotalSeconds,
    };
}
