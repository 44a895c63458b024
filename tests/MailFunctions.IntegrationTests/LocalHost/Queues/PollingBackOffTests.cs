using MailFunctions.LocalHost.Queues;

namespace MailFunctions.IntegrationTests.LocalHost.Queues;

public sealed class PollingBackOffTests
{
    [Theory]
    [InlineData(0.0, new[] { 100, 180, 260, 420, 740, 1380, 2000, 2000 })]
    [InlineData(0.5, new[] { 100, 200, 300, 500, 900, 1700, 2000, 2000 })]
    [InlineData(1.0, new[] { 100, 220, 340, 580, 1060, 2000, 2000, 2000 })]
    public void The_pause_grows_by_doubling_steps_with_jitter_up_to_the_longest(double random, int[] expected)
    {
        var backOff = new PollingBackOff(TimeSpan.FromSeconds(2), () => random);

        Assert.Equal(expected, expected.Select(_ => (int)Math.Round(backOff.Next(foundSinceLast: false).TotalMilliseconds)));
    }

    [Fact]
    public void A_message_found_since_the_last_pause_sets_it_back()
    {
        var backOff = new PollingBackOff(TimeSpan.FromSeconds(2), () => 0.5);
        for (var i = 0; i < 10; i++)
            backOff.Next(foundSinceLast: false);

        Assert.Equal(TimeSpan.FromMilliseconds(100), backOff.Next(foundSinceLast: true));
        Assert.Equal(TimeSpan.FromMilliseconds(200), backOff.Next(foundSinceLast: false));
    }
}
