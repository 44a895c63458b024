using System.Collections.Concurrent;
using MailFunctions.Ledger;
using MailFunctions.Storage;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Statistics;

/// <summary>
/// Compiles the table Statistics from what happened: minutes from events and emails, hours from their minutes, days from
/// their hours. A bucket is always computed whole and replaced, so that compiling twice, late, by two at once, or again
/// after a crash in the middle comes to the same rows.
/// </summary>
/// <remarks>
/// A row may be written into a minute after it ended: the outcome of a long attempt goes into the minute of its claim.
/// So each minute is compiled while it runs and right after, again when it is 5 minutes old and when it is 21, and after
/// that whenever a writer marked it (<see cref="DirtyMinutes"/>). Three watermarks remember how far the looks have come.
/// </remarks>
public sealed class StatisticsCompiler
{
    /// <summary>The watermark up to which every minute was compiled after it had ended.</summary>
    internal const string Fresh = "fresh";

    /// <summary>Of minutes whose attempts have nearly all ended.</summary>
    internal const string Settling = "settling";

    /// <summary>Of minutes that a writer marks before it writes into them. It lies a minute beyond that age, for clocks that differ.</summary>
    internal const string Settled = "settled";

    /// <summary>
    /// How far back the first run begins. Before it ran nothing was compiled: mail of the time between deployment and the
    /// first run must be, and a day is more than a timer is ever off unnoticed. Empty time costs next to nothing.
    /// </summary>
    internal static readonly TimeSpan FirstLookBack = TimeSpan.FromHours(24);

    /// <summary>A run ends, and the next goes on, after this many minutes compiled to catch up, or this much time.</summary>
    internal const int MaxMinutesOfRun = 240;

    internal static readonly TimeSpan MaxTimeOfRun = TimeSpan.FromSeconds(45);

    private const int MinutesOfStep = 15;
    private const int DirtyMinutesOfRun = 60;
    private const int AtOnce = 4;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestSkip = TimeSpan.FromHours(24);

    /// <summary>Oldest first, with the age in minutes, after its end, at which a minute is looked at.</summary>
    private static readonly (string Name, int Age)[] Looks = [(Settled, 21), (Settling, 5), (Fresh, 0)];

    private readonly StatisticsTable _table;
    private readonly Watermarks _watermarks;
    private readonly DirtyMinutes _dirty;
    private readonly MinuteSource _source;
    private readonly TimeProvider _time;
    private readonly ILogger<StatisticsCompiler> _log;

    internal StatisticsCompiler(
        StatisticsTable table, Watermarks watermarks, DirtyMinutes dirty, MinuteSource source, TimeProvider time, ILogger<StatisticsCompiler> log)
    {
        _table = table;
        _watermarks = watermarks;
        _dirty = dirty;
        _source = source;
        _time = time;
        _log = log;
    }

    /// <summary>One run of the timer: the running minute, those that were marked, and all that the watermarks have not reached.</summary>
    /// <exception cref="Azure.RequestFailedException">The storage service failed; the next run repeats what was not recorded.</exception>
    public async Task<CompileReport> CompileAsync(CancellationToken cancellationToken)
    {
        var run = new Run(MinutePartition.MinuteOf(_time.GetUtcNow()), _time.GetTimestamp());

        // 1. the running minute, and the two before it, whose attempts are just ending
        await CompileAsync(run, [run.Now - (2 * Minute), run.Now - Minute, run.Now], cancellationToken);

        // 2. what writers marked
        await CompileMarkedAsync(run, cancellationToken);

        // 3. what the watermarks have not reached
        var behind = TimeSpan.Zero;
        foreach (var (name, age) in Looks)
        {
            var end = run.Now - (age * Minute);
            var stands = await CatchUpAsync(run, name, end, cancellationToken);
            if (end - stands > behind) behind = end - stands;
        }

        var report = new CompileReport(run.Minutes, run.Change.Written, run.Change.Deleted, behind);
        if (behind > TimeSpan.Zero) Log.StatisticsBehind(_log, behind, run.Minutes);
        Log.StatisticsCompiled(_log, report.Minutes, report.Written, report.Deleted);
        return report;
    }

    /// <summary>The minutes that writers marked; then exactly the markers go that were read before.</summary>
    private async Task CompileMarkedAsync(Run run, CancellationToken cancellationToken)
    {
        var markers = new List<DirtyMinute>();
        var minutes = new HashSet<DateTimeOffset>();
        await foreach (var marker in _dirty.ReadAsync(cancellationToken))
        {
            if (marker.Minute is { } minute && minutes.Count == DirtyMinutesOfRun && !minutes.Contains(minute)) break;
            if (marker.Minute is { } one) minutes.Add(one);
            else Log.UnreadableMarker(_log, marker.RowKey);
            markers.Add(marker);
        }

        // What was compiled earlier in this run may have been read before the marked row was there: once more, then.
        run.Done.ExceptWith(minutes);
        await CompileAsync(run, [.. minutes], cancellationToken);
        await _dirty.RemoveAsync([.. markers.Where(marker => marker.IsSettled)], cancellationToken);
    }

    /// <summary>Takes one watermark through every minute up to <paramref name="end"/>, in order and in steps, as far as this run may go.</summary>
    /// <returns>Where it stands.</returns>
    private async Task<DateTimeOffset> CatchUpAsync(Run run, string name, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var from = await _watermarks.ReadAsync(name, cancellationToken) ?? run.Now - FirstLookBack;
        while (from < end)
        {
            var to = run.DoneUntil(from, end);
            if (to == from)
            {
                if (!MayGoOn(run)) break;
                to = Min(from + (MinutesOfStep * Minute), end);
                var change = await CompileAsync(run, MinutesBetween(from, to), cancellationToken);
                if (change.IsEmpty && to < end) to = await PassOverAsync(run, to, Min(to + LongestSkip, end), cancellationToken);
            }

            from = await _watermarks.AdvanceAsync(name, to, cancellationToken);
        }

        return from;
    }

    /// <summary>Passes over the minutes in which nothing happened and of which no row exists.</summary>
    /// <remarks>A run that crashed may have emptied one of them, and not its hour and day: these are compiled all the same.</remarks>
    /// <returns>The first minute that is not empty, or <paramref name="end"/>.</returns>
    private async Task<DateTimeOffset> PassOverAsync(Run run, DateTimeOffset from, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var happened = await _source.FirstMinute(from, end, cancellationToken) ?? end;
        var compiled = await _table.FirstAsync(Bucket.Of(Granularity.Minute, from), Bucket.Of(Granularity.Minute, end), cancellationToken);
        var next = Min(happened, compiled?.Start ?? end);
        var passed = MinutesBetween(from, next).Where(run.Done.Add).ToList();
        await CompileCoarserAsync(run, passed, cancellationToken);
        return next;
    }

    /// <summary>Compiles minutes that this run has not compiled yet, then their hours, then their days.</summary>
    /// <returns>What came of the minutes.</returns>
    private async Task<BucketChange> CompileAsync(Run run, IReadOnlyList<DateTimeOffset> minutes, CancellationToken cancellationToken)
    {
        var open = minutes.Where(minute => !run.Done.Contains(minute)).ToList();
        var change = await ReplaceAsync(open.Select(minute => Bucket.Of(Granularity.Minute, minute)), MinuteAsync, cancellationToken);
        run.Change += change;
        run.Minutes += open.Count;
        await CompileCoarserAsync(run, open, cancellationToken);
        run.Done.UnionWith(open);
        return change;
    }

    private async Task CompileCoarserAsync(Run run, IReadOnlyList<DateTimeOffset> minutes, CancellationToken cancellationToken)
    {
        foreach (var granularity in new[] { Granularity.Hour, Granularity.Day })
        {
            var touched = minutes.Select(minute => Bucket.Of(granularity, minute)).Distinct();
            run.Change += await ReplaceAsync(touched, PartsAsync, cancellationToken);
        }
    }

    private async Task<BucketChange> ReplaceAsync(
        IEnumerable<Bucket> buckets, Func<Bucket, CancellationToken, Task<IReadOnlyList<StatisticsRow>>> compute, CancellationToken cancellationToken)
    {
        var changes = new ConcurrentBag<BucketChange>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(buckets, parallel, async (bucket, token) =>
            changes.Add(await _table.ReplaceAsync(bucket, inner => compute(bucket, inner), token)));
        return changes.Aggregate(BucketChange.None, (sum, change) => sum + change);
    }

    private async Task<IReadOnlyList<StatisticsRow>> MinuteAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        var minute = new MinuteStatistics();
        await foreach (var email in _source.EmailsOf(bucket.Start, cancellationToken)) minute.Add(email);
        await foreach (var happened in _source.EventsOf(bucket.Start, cancellationToken)) minute.Add(happened);
        return minute.ToRows();
    }

    private async Task<IReadOnlyList<StatisticsRow>> PartsAsync(Bucket bucket, CancellationToken cancellationToken)
    {
        var finer = bucket.Granularity == Granularity.Day ? Granularity.Hour : Granularity.Minute;
        var rollup = new Rollup();
        await foreach (var (_, row) in _table.ReadAsync(Bucket.Of(finer, bucket.Start), Bucket.Of(finer, bucket.End), cancellationToken: cancellationToken))
            rollup.Add(row);
        return rollup.ToRows();
    }

    private bool MayGoOn(Run run) => run.Minutes < MaxMinutesOfRun && _time.GetElapsedTime(run.Started) < MaxTimeOfRun;

    private static List<DateTimeOffset> MinutesBetween(DateTimeOffset from, DateTimeOffset to)
    {
        var minutes = new List<DateTimeOffset>();
        for (var minute = from; minute < to; minute += Minute) minutes.Add(minute);
        return minutes;
    }

    private static DateTimeOffset Min(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    /// <summary>What one run has done so far.</summary>
    private sealed class Run(DateTimeOffset now, long started)
    {
        /// <summary>The running minute.</summary>
        public DateTimeOffset Now { get; } = now;

        public long Started { get; } = started;

        /// <summary>The minutes that need no second look in this run: a look now serves every watermark.</summary>
        public HashSet<DateTimeOffset> Done { get; } = [];

        public int Minutes { get; set; }

        public BucketChange Change { get; set; } = BucketChange.None;

        /// <summary>The first minute from <paramref name="from"/> on that is not done, at most <paramref name="end"/>.</summary>
        public DateTimeOffset DoneUntil(DateTimeOffset from, DateTimeOffset end)
        {
            while (from < end && Done.Contains(from)) from += Minute;
            return from;
        }
    }
}

/// <summary>What one run of the compiler did.</summary>
/// <param name="Minutes">Minutes that were computed.</param>
/// <param name="Written">Rows of all granularities that were written because they differed.</param>
/// <param name="Deleted">Rows that were deleted because nothing stands behind them any more.</param>
/// <param name="Behind">How far the slowest watermark is from where it should be; the next runs catch up.</param>
public sealed record CompileReport(int Minutes, int Written, int Deleted, TimeSpan Behind);
