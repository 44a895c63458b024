using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Statistics;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Maintenance.Retention;

/// <summary>Figures outlive what they were made of, and are never made again of what is left of it.</summary>
public sealed class StatisticsPurgeTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statistics_of_purged_mail_are_unchanged_by_a_later_recompilation()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(TestApp.Mail());
        await CompileAsync(scene);
        var minute = MinutePartition.MinuteOf(id.MintedAt);
        scene.Clock.Advance(RetentionScene.LedgerIsOver);
        await scene.SettleStatisticsAsync();
        await scene.RunAsync();
        Assert.Null(await scene.FindAsync(id));

        await scene.Pipeline.Get<DirtyMinutes>().MarkIfOldAsync(minute, Cancellation);
        scene.Clock.Advance(TimeSpan.FromMinutes(15));
        await CompileMarkedAsync(scene);

        Assert.Equal((1, 1), await TotalAsync(scene, Granularity.Hour, minute));
        Assert.Equal((1, 1), await TotalAsync(scene, Granularity.Day, minute));
        Assert.DoesNotContain(await scene.RowsAsync(StorageNames.ProgressTable), key => key.StartsWith("dirty/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_compiler_that_read_before_the_purge_does_not_write_partial_figures()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(TestApp.Mail());
        await CompileAsync(scene);
        var minute = MinutePartition.MinuteOf(id.MintedAt);
        scene.Clock.Advance(TimeSpan.FromDays(31));
        await scene.SettleStatisticsAsync();
        var source = scene.Pipeline.Get<MinuteSource>();
        // Between its two reads the purge takes the events away.
        var torn = source with { EventsOf = (of, token) => AfterPurge(scene, source.EventsOf(of, token)) };

        var compiler = new BucketCompiler(scene.Pipeline.Get<StatisticsTable>(), torn, scene.Pipeline.Get<StatisticsHorizon>());
        await compiler.CompileMinutesAsync([minute], Cancellation);
        await compiler.CompileCoarserAsync([minute], Cancellation);

        Assert.Null(await scene.FindAsync(id));
        Assert.Equal((1, 1), await TotalAsync(scene, Granularity.Hour, minute));
        Assert.Equal((1, 1), await TotalAsync(scene, Granularity.Day, minute));
    }

    [Fact]
    public async Task Minutes_then_hours_then_days_of_statistics_are_purged_and_what_is_left_stays_right()
    {
        await using var scene = await RetentionScene.StartAsync(azurite);
        var id = await scene.SendAsync(TestApp.Mail());
        await CompileAsync(scene);
        var minute = MinutePartition.MinuteOf(id.MintedAt);

        await scene.RunAfterAsync(TimeSpan.FromDays(31.5));
        await MarkAndCompileAsync();
        Assert.Equal([(0, 0), (1, 1), (1, 1)], await AllAsync());

        await scene.RunAfterAsync(TimeSpan.FromDays(370));
        await MarkAndCompileAsync();
        Assert.Equal([(0, 0), (0, 0), (1, 1)], await AllAsync());

        await scene.RunAfterAsync(TimeSpan.FromDays(3651));
        Assert.Equal([(0, 0), (0, 0), (0, 0)], await AllAsync());

        async Task<(long, long)[]> AllAsync() =>
            [await TotalAsync(scene, Granularity.Minute, minute), await TotalAsync(scene, Granularity.Hour, minute), await TotalAsync(scene, Granularity.Day, minute)];

        async Task MarkAndCompileAsync()
        {
            await scene.Pipeline.Get<DirtyMinutes>().MarkIfOldAsync(minute, Cancellation);
            await CompileMarkedAsync(scene);
        }
    }

    private static async IAsyncEnumerable<T> AfterPurge<T>(RetentionScene scene, IAsyncEnumerable<T> events)
    {
        await scene.RunAsync();
        await foreach (var one in events)
            yield return one;
    }

    /// <summary>What is marked alone: nothing has happened in the time that was passed over.</summary>
    private static async Task CompileMarkedAsync(RetentionScene scene)
    {
        await scene.SettleStatisticsAsync();
        await CompileAsync(scene);
    }

    private static Task CompileAsync(RetentionScene scene) => scene.Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);

    private static async Task<(long Accepted, long Sent)> TotalAsync(RetentionScene scene, Granularity granularity, DateTimeOffset time)
    {
        var bucket = Bucket.Of(granularity, time);
        await foreach (var (_, row) in scene.Pipeline.Get<StatisticsTable>().ReadAsync(bucket, bucket.Next, Dimension.Total, Cancellation))
            return (row.Measures[Measure.Accepted], row.Measures[Measure.Sent]);
        return (0, 0);
    }
}
