using MailFunctions.Statistics;
using Microsoft.Extensions.Options;

namespace MailFunctions.Maintenance.Retention;

/// <summary>Purges statistics, the finest first, and all parts of a coarser bucket together, so that no partial sum is ever made.</summary>
internal sealed class StatisticsPurge(StatisticsTable table, StatisticsHorizon horizon, IOptions<RetentionOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(30);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var budget = new RunBudget(clock, MaxTime);
        var now = clock.GetUtcNow();
        await PurgeAsync(Granularity.Minute, Bucket.Of(Granularity.Hour, now - options.Value.MinuteStatistics).Start, budget, cancellationToken);
        await PurgeAsync(Granularity.Hour, Bucket.Of(Granularity.Day, now - options.Value.HourStatistics).Start, budget, cancellationToken);
        await table.DeleteBeforeAsync(Bucket.Of(Granularity.Day, now - options.Value.DayStatistics), () => !budget.IsSpent, cancellationToken);
    }

    private async Task PurgeAsync(Granularity granularity, DateTimeOffset bound, RunBudget budget, CancellationToken cancellationToken)
    {
        await horizon.ForgetBucketsBeforeAsync(granularity, bound, cancellationToken);
        await table.DeleteBeforeAsync(Bucket.Of(granularity, bound), () => !budget.IsSpent, cancellationToken);
    }
}
