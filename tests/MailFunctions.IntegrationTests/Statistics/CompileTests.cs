using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Statistics;

namespace MailFunctions.IntegrationTests.Statistics;

public sealed class CompileTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = StatisticsWorld.Start;
    private static readonly DateTimeOffset Minute = MinutePartition.MinuteOf(Now);

    [Fact]
    public async Task Minutes_add_up_to_hours_and_hours_to_days()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        foreach (var ago in new[] { 0, 1, 30, 50, 119, 600 }) world.Send(Now.AddMinutes(-ago), $"d{ago}.example");

        var report = await world.CompileAsync();

        Assert.Equal(TimeSpan.Zero, report.Behind);
        Assert.Equal(1, (await world.TotalAsync(Granularity.Minute, Now))[Measure.Accepted]);
        Assert.Equal(3, (await world.TotalAsync(Granularity.Hour, Now))[Measure.Sent]);
        Assert.Equal(1, (await world.TotalAsync(Granularity.Hour, Now.AddHours(-1)))[Measure.Sent]);
        var day = await world.TotalAsync(Granularity.Day, Now);
        Assert.Equal((6, 6, 6, 6000, 6), (day[Measure.Accepted], day[Measure.Attempts], day[Measure.EmailsSent], day[Measure.Bytes], day.Latency.Count));
    }

    [Fact]
    public async Task Compiling_again_gives_the_same_rows_and_writes_none()
    {
        var world = await SomeMailAsync();

        var first = await world.CompileAsync();
        var rows = await world.RowsAsync();
        var second = await world.CompileAsync();

        Assert.InRange(first.Written, rows.Count, 2 * rows.Count);
        Assert.Equal((0, 0), (second.Written, second.Deleted));
        Assert.Equal(rows, await world.RowsAsync());
    }

    [Fact]
    public async Task Domains_that_exceed_one_transaction_are_written_and_deleted()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        for (var i = 0; i < 230; i++) world.Send(Now, $"d{i}.example");
        await world.CompileAsync();
        Assert.Equal(3 * 233, (await world.RowsAsync()).Count);

        world.Forget(Minute);
        var report = await world.CompileAsync();

        Assert.Equal(3 * 233, report.Deleted);
        Assert.Empty(await world.RowsAsync());
    }

    [Fact]
    public async Task A_row_without_a_source_is_deleted()
    {
        var world = await SomeMailAsync();
        var undisturbed = await StatisticsWorld.CreateAsync(azurite, like: world);
        await undisturbed.CompileAsync();
        var stray = new StatisticsRow(Dimension.Domain, "stray.example", (await undisturbed.TotalAsync(Granularity.Day, Now)));
        foreach (var bucket in new[] { Bucket.Of(Granularity.Minute, Now), Bucket.Of(Granularity.Minute, Now.AddHours(-3)), Bucket.Of(Granularity.Hour, Now.AddHours(-7)), Bucket.Of(Granularity.Day, Now) })
            await world.RawTable.AddEntityAsync(StatisticsEntity.Of(bucket, stray), TestContext.Current.CancellationToken);

        await world.CompileAsync();

        Assert.Equal(await undisturbed.RowsAsync(), await world.RowsAsync());
    }

    [Fact]
    public async Task The_first_run_begins_a_day_back()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        world.Send(Now.AddHours(-24));
        world.Send(Now.AddHours(-24).AddMinutes(-1));

        await world.CompileAsync();

        Assert.Equal(1, (await world.TotalAsync(Granularity.Minute, Now.AddHours(-24)))[Measure.Sent]);
        Assert.Equal(Measures.Zero, await world.TotalAsync(Granularity.Minute, Now.AddHours(-24).AddMinutes(-1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(30)]
    public async Task A_late_write_to_an_unmarked_minute_is_found_by_a_later_run(int minutesLate)
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        world.Send(Now);
        for (var passed = 0; passed <= 33; passed++)
        {
            if (passed == minutesLate) world.Send(Now);
            await world.CompileAsync();
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(2, (await world.TotalAsync(Granularity.Minute, Now))[Measure.Sent]);
        Assert.Equal(2, (await world.TotalAsync(Granularity.Day, Now))[Measure.Sent]);
    }

    [Fact]
    public async Task A_quiet_run_looks_at_few_minutes_and_writes_nothing()
    {
        var world = await SomeMailAsync();
        await world.CompileAsync();
        world.Time.Advance(TimeSpan.FromMinutes(30));
        await world.CompileAsync();
        world.Time.Advance(TimeSpan.FromMinutes(1));

        var report = await world.CompileAsync();

        Assert.Equal(new CompileReport(Minutes: 5, Written: 0, Deleted: 0, Behind: TimeSpan.Zero), report);
    }

    [Fact]
    public async Task The_compiler_catches_up_in_slices_after_hours_of_missed_runs()
    {
        var world = await SomeMailAsync();
        await world.CompileAsync();
        for (var passed = 1; passed <= 300; passed++) world.Send(Now.AddMinutes(passed), $"d{passed % 7}.example");
        world.Time.Advance(TimeSpan.FromHours(40));
        world.Looks.Clear();

        var reports = new List<CompileReport>();
        do
        {
            reports.Add(await world.CompileAsync());
            world.Time.Advance(TimeSpan.FromMinutes(1));
        }
        while (reports[^1].Behind > TimeSpan.Zero);

        Assert.Equal(2, reports.Count);
        Assert.All(reports, report => Assert.InRange(report.Minutes, 1, 260));
        Assert.Equal(reports.Select(report => report.Behind).OrderDescending(), reports.Select(report => report.Behind));
        Assert.InRange(world.Looks.Count, 300, 400); // 40 hours are 2,400 minutes: the empty ones were passed over
        var rows = await world.RowsAsync();
        Assert.All(Enumerable.Range(1, 300), passed => Assert.Contains($"{Bucket.Of(Granularity.Minute, Now.AddMinutes(passed)).PartitionKey}/total|total", rows.Keys));
        Assert.Equal(4 + 300, (await world.TotalAsync(Granularity.Day, Now))[Measure.Sent]);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_ends_and_the_next_goes_on()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        for (var ago = 30; ago < 90; ago++) world.Send(Now.AddMinutes(-ago));
        world.AfterRead = _ =>
        {
            world.Time.Advance(TimeSpan.FromSeconds(2));
            return Task.CompletedTask;
        };

        var first = await world.CompileAsync();
        Assert.True(first.Behind > TimeSpan.Zero);
        Assert.InRange(first.Minutes, 1, 40);

        CompileReport next;
        do next = await world.CompileAsync();
        while (next.Behind > TimeSpan.FromMinutes(2));
        Assert.Equal(60, (await world.TotalAsync(Granularity.Day, Now))[Measure.Sent]);
    }

    [Fact]
    public async Task The_watermarks_advance_only_after_their_minutes_are_compiled()
    {
        var world = await SomeMailAsync();
        Assert.Null(await world.Watermarks.ReadAsync(StatisticsCompiler.Fresh, TestContext.Current.CancellationToken));

        await world.CompileAsync();

        Assert.Equal(Minute, await world.Watermarks.ReadAsync(StatisticsCompiler.Fresh, TestContext.Current.CancellationToken));
        Assert.Equal(Minute.AddMinutes(-5), await world.Watermarks.ReadAsync(StatisticsCompiler.Settling, TestContext.Current.CancellationToken));
        Assert.Equal(Minute.AddMinutes(-31), await world.Watermarks.ReadAsync(StatisticsCompiler.Settled, TestContext.Current.CancellationToken));
    }

    private async Task<StatisticsWorld> SomeMailAsync()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        world.Send(Now);
        world.Send(Now.AddMinutes(-1), "b.example", Lane.Bulk);
        world.Send(Now.AddMinutes(-1));
        world.Send(Now.AddHours(-3));
        return world;
    }
}
