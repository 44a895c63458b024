using Azure.Data.Tables;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Statistics;
using MailFunctions.Storage;

namespace MailFunctions.IntegrationTests.Statistics;

public sealed class DirtyMinuteTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Late = StatisticsWorld.Start.AddHours(-5);

    [Fact]
    public async Task A_late_event_counts_once_its_minute_is_marked()
    {
        var world = await CompiledWorldAsync();
        world.Send(Late);
        await world.CompileAsync();
        Assert.Equal(1, (await world.TotalAsync(Granularity.Hour, Late))[Measure.Sent]);

        await world.Dirty.MarkIfOldAsync(Late, TestContext.Current.CancellationToken);
        await world.CompileAsync();

        Assert.Equal(2, (await world.TotalAsync(Granularity.Minute, Late))[Measure.Sent]);
        Assert.Equal(2, (await world.TotalAsync(Granularity.Hour, Late))[Measure.Sent]);
        Assert.Equal(2, (await world.TotalAsync(Granularity.Day, Late))[Measure.Sent]);
    }

    [Fact]
    public async Task A_marker_outlives_the_write_that_it_announces()
    {
        var world = await CompiledWorldAsync();
        await world.Dirty.MarkIfOldAsync(Late, TestContext.Current.CancellationToken);
        await world.CompileAsync();
        Assert.Single(await MarkersAsync(world));

        world.Send(Late);
        world.Time.Advance(DirtyMinutes.InFlight);
        await world.CompileAsync();

        Assert.Equal(2, (await world.TotalAsync(Granularity.Minute, Late))[Measure.Sent]);
        Assert.Empty(await MarkersAsync(world));
    }

    [Fact]
    public async Task A_marker_that_came_while_its_minute_was_compiled_stays_for_the_next_run()
    {
        var world = await CompiledWorldAsync();
        await world.RawProgress.AddEntityAsync(new TableEntity("dirty", "202611230542-first"), TestContext.Current.CancellationToken);
        world.AfterRead = async minute =>
        {
            if (minute != new DateTimeOffset(2026, 11, 23, 5, 42, 0, TimeSpan.Zero)) return;
            world.AfterRead = _ => Task.CompletedTask;
            world.Send(Late);
            await world.RawProgress.AddEntityAsync(new TableEntity("dirty", "202611230542-second"), TestContext.Current.CancellationToken);
        };

        await world.CompileAsync();
        Assert.Equal("202611230542-second", Assert.Single(await MarkersAsync(world)));
        await world.CompileAsync();

        Assert.Empty(await MarkersAsync(world));
        Assert.Equal(2, (await world.TotalAsync(Granularity.Day, Late))[Measure.Sent]);
    }

    [Fact]
    public async Task A_minute_that_is_still_looked_at_needs_no_marker()
    {
        var world = await CompiledWorldAsync();

        await world.Dirty.MarkIfOldAsync(world.Time.GetUtcNow() - DirtyMinutes.Age + TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        Assert.Empty(await MarkersAsync(world));
    }

    [Fact]
    public async Task A_marker_that_names_no_minute_is_removed()
    {
        var world = await CompiledWorldAsync();
        await world.RawProgress.AddEntityAsync(new TableEntity("dirty", "yesterday"), TestContext.Current.CancellationToken);

        await world.CompileAsync();

        Assert.Empty(await MarkersAsync(world));
    }

    [Fact]
    public async Task Marked_minutes_beyond_a_runs_limit_are_left_to_the_next_runs()
    {
        var world = await CompiledWorldAsync();
        for (var ago = 60; ago < 210; ago++)
        {
            world.Send(StatisticsWorld.Start.AddMinutes(-ago));
            await world.RawProgress.AddEntityAsync(
                new TableEntity("dirty", $"{StatisticsWorld.Start.AddMinutes(-ago).UtcDateTime:yyyyMMddHHmm}-token"), TestContext.Current.CancellationToken);
        }

        var left = new List<int>();
        do
        {
            await world.CompileAsync();
            left.Add((await MarkersAsync(world)).Count);
        }
        while (left[^1] > 0);

        Assert.Equal([90, 30, 0], left);
        Assert.Equal(151, (await world.TotalAsync(Granularity.Day, Late))[Measure.Sent]);
    }

    private async Task<StatisticsWorld> CompiledWorldAsync()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        world.Send(Late);
        await world.CompileAsync();
        return world;
    }

    private static async Task<List<string>> MarkersAsync(StatisticsWorld world)
    {
        var markers = new List<string>();
        await foreach (var marker in world.Dirty.ReadAsync(TestContext.Current.CancellationToken)) markers.Add(marker.RowKey);
        return markers;
    }
}
