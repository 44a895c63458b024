using MailFunctions.Delivery;

namespace MailFunctions.Tests.Delivery;

public sealed class GroupSenderTests
{
    [Theory]
    [InlineData(0.5, 24, 1, false)]
    [InlineData(30, 24, 1, true)]
    [InlineData(30, 24, 14, true)]
    [InlineData(30, 24, 15, false)]
    [InlineData(30, 1, 1, false)]
    [InlineData(5000, 1, 1, true)]
    [InlineData(30, 0, 1, false)]
    public void Another_connection_pays_if_the_rest_would_take_over_50_ms_without_it(double tookMs, int waiting, int connections, bool pays) =>
        Assert.Equal(pays, GroupSender.PaysAnother(TimeSpan.FromMilliseconds(tookMs), waiting, connections));
}
