using MailFunctions.Keys.Audit;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Keys.Audit;

public sealed class RefusedTriesTests
{
    [Fact]
    public void Each_caller_and_call_counts_once_a_minute()
    {
        var clock = new FakeTimeProvider();
        var tries = new RefusedTries(clock);

        Assert.True(tries.IsFirst("key:a", "CancelEmail"));
        Assert.False(tries.IsFirst("key:a", "CancelEmail"));
        Assert.True(tries.IsFirst("key:b", "CancelEmail"));
        Assert.True(tries.IsFirst("key:a", "RunTimer"));
        clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.False(tries.IsFirst("key:a", "CancelEmail"));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(tries.IsFirst("key:a", "CancelEmail"));
    }
}
