using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Statistics;

namespace MailFunctions.IntegrationTests.Statistics;

public sealed class ConcurrentCompileTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Now = StatisticsWorld.Start;
    private static readonly DateTimeOffset Minute = MinutePartition.MinuteOf(Now);

    [Fact]
    public async Task Concurrent_compilers_write_the_same_rows_as_one()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        for (var ago = 0; ago < 60; ago++) world.Send(Now.AddMinutes(-ago), $"d{ago % 5}.example");
        var undisturbed = await StatisticsWorld.CreateAsync(azurite, like: world);
        await undisturbed.CompileAsync();

        await Task.WhenAll(Task.Run(world.CompileAsync, TestContext.Current.CancellationToken), Task.Run(world.CompileAsync, TestContext.Current.CancellationToken));

        Assert.Equal(await undisturbed.RowsAsync(), await world.RowsAsync());
    }

    [Fact]
    public async Task Compilers_that_run_while_mail_is_sent_end_with_all_of_it()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        var sending = Task.Run(
            async () =>
            {
                for (var i = 0; i < 200; i++)
                {
                    world.Send(Now, $"d{i % 11}.example");
                    await Task.Yield();
                }
            },
            TestContext.Current.CancellationToken);
        await Task.WhenAll(sending, CompileAsync(3), CompileAsync(3));
        await world.CompileAsync();

        var undisturbed = await StatisticsWorld.CreateAsync(azurite, like: world);
        await undisturbed.CompileAsync();
        Assert.Equal(await undisturbed.RowsAsync(), await world.RowsAsync());

        async Task CompileAsync(int times)
        {
            while (times-- > 0) await world.CompileAsync();
        }
    }

    [Fact]
    public async Task A_compiler_that_was_overtaken_does_not_put_older_figures_over_newer_ones()
    {
        var world = await StatisticsWorld.CreateAsync(azurite);
        world.Send(Now);
        await world.CompileAsync();
        world.Send(Now);
        var (read, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        world.AfterRead = async minute =>
        {
            if (minute != Minute || !read.TrySetResult()) return;
            await goOn.Task;
        };

        var slow = world.CompileAsync();
        await read.Task;
        world.Send(Now);
        await world.CompileAsync();
        goOn.SetResult();
        await slow;

        Assert.Equal(3, (await world.TotalAsync(Granularity.Minute, Now))[Measure.Sent]);
        Assert.Equal(3, (await world.TotalAsync(Granularity.Day, Now))[Measure.Sent]);
    }
}
