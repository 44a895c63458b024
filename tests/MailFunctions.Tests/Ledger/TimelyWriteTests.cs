using MailFunctions.Ledger;
using MailFunctions.Storage;
using MailFunctions.Suppression;

namespace MailFunctions.Tests.Ledger;

/// <summary>What is hidden, or believed, for a time is so for longer than the writes that it waits for.</summary>
public sealed class TimelyWriteTests
{
    [Fact]
    public void A_call_to_storage_takes_as_long_as_all_its_tries_and_pauses() =>
        Assert.Equal((5 * 20) + (1.2 * (0.3 + 0.6 + 1.2 + 2.4)), StorageClients.LongestCall.TotalSeconds, precision: 3);

    [Fact]
    public void The_give_up_time_covers_two_of_the_longest_client_calls() =>
        Assert.True(TimelyWrite.GivenUpAfter >= 2 * StorageClients.LongestCall);

    [Fact]
    public void The_wake_up_time_covers_the_give_up_time_and_the_server_timeout() =>
        Assert.True(TimelyWrite.WakeUpAfter >= TimelyWrite.GivenUpAfter + TimelyWrite.ServerTimeout);

    /// <summary>A writer that finds half of the time gone announces its range once more.</summary>
    [Fact]
    public void A_range_of_suppressions_is_looked_at_for_longer_than_its_writer_can_take() =>
        Assert.True(SuppressionChanges.InFlight / 2 >= (2 * StorageClients.LongestCall) + TimelyWrite.ServerTimeout);

    [Fact]
    public async Task Writes_that_take_too_long_are_given_up_as_a_time_out()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();

        var writing = TimelyWrite.RunAsync(
            async token =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return true;
            },
            clock,
            TestContext.Current.CancellationToken);
        clock.Advance(TimelyWrite.GivenUpAfter);

        await Assert.ThrowsAsync<TimeoutException>(() => writing);
    }
}
