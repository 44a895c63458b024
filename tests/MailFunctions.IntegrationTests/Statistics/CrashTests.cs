using Azure.Core;
using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Statistics;

namespace MailFunctions.IntegrationTests.Statistics;

public sealed class CrashTests(AzuriteFixture azurite, ITestOutputHelper output)
{
    private static readonly DateTimeOffset Now = StatisticsWorld.Start;

    [Fact]
    public async Task A_crash_before_any_write_leaves_what_the_next_run_completes()
    {
        var expected = await UndisturbedAsync();
        var survived = 0;
        for (; ; survived++)
        {
            var world = await DisturbedAsync();
            var crash = new DiesAtWrite(survived);
            await RunAsync(world.Compiler(crash));
            var afterCrash = await world.RowsAsync();

            await world.CompileAsync();

            Assert.Equal(expected, await world.RowsAsync());
            if (!crash.Died) break;
            if (survived == 0) Assert.NotEqual(expected, afterCrash);
        }

        Assert.InRange(survived, 10, 100);
        output.WriteLine($"{survived} writes, a crash before each of them.");
    }

    [Fact]
    public async Task Crashing_in_every_run_a_little_later_comes_to_the_same_rows()
    {
        var expected = await UndisturbedAsync();
        var world = await DisturbedAsync();

        for (var survives = 1; survives < 40; survives++) await RunAsync(world.Compiler(new DiesAtWrite(survives)));

        Assert.Equal(expected, await world.RowsAsync());
    }

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_found_to_be_done()
    {
        var expected = await UndisturbedAsync();
        for (var which = 1; ; which++)
        {
            var world = await DisturbedAsync();
            var drop = new DropsAnswer(which);

            await world.Compiler(drop, HttpPipelinePosition.PerRetry).CompileAsync(TestContext.Current.CancellationToken);

            Assert.Equal(expected, await world.RowsAsync());
            if (!drop.Dropped) break;
        }
    }

    [Fact]
    public async Task An_hour_whose_minutes_a_crashed_run_emptied_is_emptied_by_the_next_run()
    {
        var sent = Now.AddMinutes(-37); // early in its hour: no watermark will begin in that
        var world = await StatisticsWorld.CreateAsync(azurite, now: sent);
        world.Send(sent);
        await world.CompileAsync();
        world.Forget(MinutePartition.MinuteOf(sent));
        await RunAsync(world.Compiler(new DiesAtWrite(1)));
        Assert.Equal(Measures.Zero, await world.TotalAsync(Granularity.Minute, sent));
        Assert.NotEqual(Measures.Zero, await world.TotalAsync(Granularity.Hour, sent));

        world.Time.Advance(TimeSpan.FromHours(15));
        await world.CompileAsync();

        Assert.Empty(await world.RowsAsync());
    }

    private static async Task RunAsync(StatisticsCompiler compiler)
    {
        try
        {
            await compiler.CompileAsync(TestContext.Current.CancellationToken);
        }
        catch (CrashException)
        {
        }
    }

    private async Task<SortedDictionary<string, string>> UndisturbedAsync()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        Fill(world);
        await world.CompileAsync();
        return await world.RowsAsync();
    }

    /// <summary>The same mail, in tables that hold an earlier state, a marker, and rows that nothing stands behind.</summary>
    private async Task<StatisticsWorld> DisturbedAsync()
    {
        var world = await StatisticsWorld.CreateAsync(azurite, now: Now.AddMinutes(-32));
        world.Send(Now.AddHours(-23), "gone.example");
        world.Send(Now.AddHours(-3), "gone.example");
        await world.CompileAsync();
        world.Time.SetUtcNow(Now);
        world.Forget(MinutePartition.MinuteOf(Now.AddHours(-23)));
        world.Forget(MinutePartition.MinuteOf(Now.AddHours(-3)));
        Fill(world);
        foreach (var ago in new[] { 3, 23 })
            await world.RawProgress.AddEntityAsync(
                new TableEntity("dirty", $"{Now.AddHours(-ago).UtcDateTime:yyyyMMddHHmm}-token"), TestContext.Current.CancellationToken);
        var total = await world.TotalAsync(Granularity.Day, Now);
        await world.RawTable.AddEntityAsync(
            StatisticsEntity.Of(Bucket.Of(Granularity.Minute, Now.AddMinutes(-20)), new(Dimension.Domain, "stray.example", total)), TestContext.Current.CancellationToken);
        return world;
    }

    private static void Fill(StatisticsWorld world)
    {
        world.Send(Now);
        world.Send(Now.AddMinutes(-1), "b.example", Lane.Bulk);
        world.Send(Now.AddMinutes(-25));
        for (var i = 0; i < 120; i++) world.Send(Now.AddMinutes(-28), $"d{i}.example");
    }
}
