using System.Net;
using MailFunctions.Keys.Audit;

namespace MailFunctions.Tests.Keys.Audit;

public sealed class CallerNamesTests
{
    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1234:5678::1", "2001:db8:1234::/48")]
    [InlineData("fe80::1%3", "fe80::/48")]
    [InlineData("::1", "::/48")]
    public void A_client_is_known_by_its_network(string address, string network) =>
        Assert.Equal(network, CallerNames.NetworkOf(IPAddress.Parse(address)));

    [Fact]
    public void An_unknown_client_has_no_network() => Assert.Null(CallerNames.NetworkOf(null));
}
