using System.Diagnostics.Metrics;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Statistics;

/// <summary>
/// Compiles the table Statistics from what happened. A bucket is always computed whole and replaced, so that compiling
/// twice, late, by two at once, or again after a crash in the middle comes to the same rows.
/// </summary>
/// <remarks>
/// A row may be written into a minute after it ended: the outcome of a long attempt goes into the minute of its claim.
/// So each minute is compiled while it runs and right after, again when it is some minutes old and once more when nobody
/// writes into it unmarked, and after that whenever a writer marked it (<see cref="DirtyMinutes"/>). Three watermarks
/// remember how far these looks have come.
/// </remarks>
public sealed class StatisticsCompiler
{
    /// <summary>The watermark up to which every minute was compiled after it had ended.</summary>
    internal const string Fresh = "fresh";

    /// <summary>Of minutes whose attempts have nearly all ended.</summary>
    internal const string Settling = "settling";

    /// <summary>Of minutes that are written into only after being marked.</summary>
    internal const string Settled = "settled";

    /// <summary>
    /// How far back the first run begins: mail that was accepted between deployment and the first run counts, too, and a
    /// day is more than a timer is off unnoticed. Empty time costs next to nothing.
    /// </summary>
    internal static readonly TimeSpan FirstLookBack = TimeSpan.FromHours(24);

    /// <summary>A run ends, and the next goes on, after this many minutes computed or this much time, give or take a step.</summary>
    internal const int MaxMinutes = 240;

    internal static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(45);

    private const int MinutesOfStep = 15;
    private const int MarkedMinutesOfRun = 60;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestPass = TimeSpan.FromHours(24);

    /// <summary>Oldest first, with the age, after its end, at which a minute is looked at.</summary>
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
    private readonly TimeProvider _time;
    private readonly ILogger<StatisticsCompiler> _log;

    internal StatisticsCompiler(
        StatisticsTable table, Watermarks watermarks, DirtyMinutes dirty, MinuteSource source, Levels levels, TimeProvider time, ILogger<StatisticsCompiler> log)
    {
        _table = table;
        _watermarks = watermarks;
        _dirty = dirty;
        _source = source;
        _buckets = new(table, source, new StatisticsHorizon(watermarks, time));
        _levels = levels;
        _time = time;
        _log = log;
    }

    /// <summary>One run of the timer: the running minute, those that were marked, and all that the watermarks have not reached.</summary>
    /// <exception cref="Azure.RequestFailedException">The storage service failed; the next run repeats what was not recorded.</exception>
    public async Task<CompileReport> CompileAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var run = new CompilerRun(MinutePartition.MinuteOf(_time.GetUtcNow()));

        // 1. the running minute, and the two before it, whose attempts are just ending
        await CompileAsync(run, [run.Now - (2 * Minute), run.Now - Minute, run.Now], cancellationToken);

        // 2. what writers marked
        await CompileMarkedAsync(run, cancellationToken);

        // 3. what the watermarks have not reached
        var behind = TimeSpan.Zero;
        foreach (var (watermark, age) in Looks)
        {
            var end = run.Now - age;
            var stands = await CatchUpAsync(run, watermark, end, MayGoOn, cancellationToken);
            if (end - stands > behind) behind = end - stands;
        }

        if (behind > TimeSpan.Zero) Log.StatisticsBehind(_log, behind, run.Minutes);
        _levels.StatisticsLag.Report(new Measurement<double>(behind.TotalSeconds));
        Log.StatisticsCompiled(_log, run.Minutes, run.Change.Written, run.Change.Deleted);
        return new(run.Minutes, run.Change.Written, run.Change.Deleted, behind);

        bool MayGoOn() => run.Minutes < MaxMinutes && _time.GetElapsedTime(started) < MaxTime;
    }

    /// <summary>The same, for a person who asks what it did.</summary>
    internal Task<IReadOnlyList<JobReport>> ReportAsync(CancellationToken cancellationToken) =>
        TimerJobs.ReportAllAsync([new TimerJob("compile", async token => (await CompileAsync(token)).ToCounts())], cancellationToken);

    /// <summary>Compiles the minutes that writers marked; then those markers go that were read before.</summary>
    private async Task CompileMarkedAsync(CompilerRun run, CancellationToken cancellationToken)
    {
        var markers = new List<DirtyMinute>();
        var minutes = new HashSet<DateTimeOffset>();
        await foreach (var marker in _dirty.ReadAsync(cancellationToken))
        {
            if (marker.Minute is not { } minute) Log.UnreadableMarker(_log, marker.RowKey);
            else if (minutes.Count < MarkedMinutesOfRun || minutes.Contains(minute)) minutes.Add(minute);
            else break;
            markers.Add(marker);
        }

        // What was compiled earlier in this run may have been read before the marked row was there: once more, then.
        run.Done.ExceptWith(minutes);
        await CompileAsync(run, [.. minutes], cancellationToken);
        await _dirty.RemoveAsync([.. markers.Where(marker => marker.IsSettled)], cancellationToken);
    }

    /// <summary>Takes one watermark through every minute up to <paramref name="end"/>, in order and in steps, as far as this run may go.</summary>
    /// <returns>Where it stands.</returns>
    private async Task<DateTimeOffset> CatchUpAsync(
        CompilerRun run, string watermark, DateTimeOffset end, Func<bool> mayGoOn, CancellationToken cancellationToken)
    {
        var from = await _watermarks.ReadAsync(watermark, cancellationToken) ?? run.Now - FirstLookBack;
        while (from < end)
        {
            var to = run.DoneUntil(from, end);
            if (to == from)
            {
                if (!mayGoOn()) break;
                to = Min(from + (MinutesOfStep * Minute), end);
                var change = await CompileAsync(run, MinutesBetween(from, to), cancellationToken);
                if (change.IsEmpty && to < end) to = await PassOverAsync(run, to, Min(to + LongestPass, end), cancellationToken);
            }

            from = await _watermarks.AdvanceAsync(watermark, to, cancellationToken);
        }

        return from;
    }

    /// <summary>Compiles minutes that this run has not compiled yet, and all that they are part of.</summary>
    /// <returns>What came of the minutes alone.</returns>
    private async Task<BucketChange> CompileAsync(CompilerRun run, IReadOnlyList<DateTimeOffset> minutes, CancellationToken cancellationToken)
    {
        var open = minutes.Where(minute => !run.Done.Contains(minute)).ToList();
        var change = await _buckets.CompileMinutesAsync(open, cancellationToken);
        run.Change += change + await _buckets.CompileCoarserAsync(open, cancellationToken);
        run.Minutes += open.Count;
        run.Done.UnionWith(open);
        return change;
    }

    /// <summary>Passes over the minutes in which nothing happened and of which no row exists.</summary>
    /// <remarks>A run that crashed may have emptied one of them, and not its hour and day: these are compiled all the same.</remarks>
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
        for (var minute = from; minute < to; minute += Minute) minutes.Add(minute);
        return minutes;
    }

    private static DateTimeOffset Min(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}

/// <summary>What one run of the compiler did.</summary>
/// <param name="Minutes">Minutes that were computed.</param>
/// <param name="Written">Rows of all granularities that were written because they differed.</param>
/// <param name="Deleted">Rows that were deleted because nothing stands behind them any more.</param>
/// <param name="Behind">How far the slowest watermark is from where it should be; the next runs catch up.</param>
public sealed record CompileReport(int Minutes, int Written, int Deleted, TimeSpan Behind)
{
    internal IReadOnlyDictionary<string, int> ToCounts() => new Dictionary<string, int>
    {
        ["minutes"] = Minutes,
        ["rows_written"] = Written,
        ["rows_deleted"] = Deleted,
        ["seconds_behind"] = (int)Behind.TotalSeconds,
    };
}
