using MailFunctions.IntegrationTests.Fixtures;

namespace MailFunctions.IntegrationTests.Statistics;

public sealed class WatermarksTests(AzuriteFixture azurite)
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_watermark_moves_forward_only()
    {
        var watermarks = (await StatisticsWorld.CreateAsync(azurite)).Watermarks;
        var token = TestContext.Current.CancellationToken;

        Assert.Null(await watermarks.ReadAsync("one", token));
        Assert.Equal(Ten, await watermarks.AdvanceAsync("one", Ten, token));
        Assert.Equal(Ten.AddHours(1), await watermarks.AdvanceAsync("one", Ten.AddHours(1), token));
        Assert.Equal(Ten.AddHours(1), await watermarks.AdvanceAsync("one", Ten.AddMinutes(1), token));

        Assert.Equal(Ten.AddHours(1), await watermarks.ReadAsync("one", token));
        Assert.Null(await watermarks.ReadAsync("another", token));
    }

    [Fact]
    public async Task The_furthest_of_several_concurrent_advances_wins()
    {
        var watermarks = (await StatisticsWorld.CreateAsync(azurite)).Watermarks;

        await Task.WhenAll(Enumerable.Range(1, 20).Select(hours =>
            watermarks.AdvanceAsync("one", Ten.AddHours(hours), TestContext.Current.CancellationToken)));

        Assert.Equal(Ten.AddHours(20), await watermarks.ReadAsync("one", TestContext.Current.CancellationToken));
    }
}
