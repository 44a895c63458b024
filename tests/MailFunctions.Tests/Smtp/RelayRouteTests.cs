using MailFunctions.Ledger;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Storage;
using MailFunctions.Tests.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Smtp;

public sealed class RelayRouteTests
{
    [Fact]
    public async Task Chance_follows_the_weights()
    {
        await using var router = Router(("one", 1, null), ("three", 3, null));
        var random = new Random(7);
        var first = Enumerable.Range(0, 4_000).Count(_ => Route(router).InOrder(random).First().Relay.Name == "three");

        Assert.InRange(first, 2_850, 3_150);
    }

    [Fact]
    public async Task A_relay_for_such_mail_comes_before_one_for_any_and_a_spare_comes_last()
    {
        await using var router = Router(("spare", 0, "example.com"), ("any", 100, null), ("fitting", 1, "example.com"), ("other", 1, "example.org"));
        var random = new Random(7);

        for (var i = 0; i < 50; i++)
            Assert.Equal(["fitting", "any", "spare"], Route(router).InOrder(random).Select(line => line.Relay.Name));
    }

    [Fact]
    public async Task Mails_that_the_same_relays_are_for_share_a_route()
    {
        await using var router = Router(("any", 1, null), ("fitting", 1, "example.com"));

        Assert.Same(Route(router), router.RouteOf(Lane.Bulk, "example.com", [new Tag("customer", "4711")]));
        Assert.NotSame(Route(router), router.RouteOf(Lane.Bulk, "example.org", []));
        Assert.NotSame(Route(router), router.RouteOf(Lane.Transactional, "example.com", []));
    }

    [Fact]
    public async Task A_mail_that_no_relay_is_for_is_told_so()
    {
        await using var router = Router(("fitting", 1, "example.com"));

        var refused = await Assert.ThrowsAsync<RelayUnreachableException>(() => router.RentAsync(
            router.RouteOf(Lane.Bulk, "example.org", []), default, new Envelope("a@example.org", ["b@example.net"]), null, TestContext.Current.CancellationToken));

        Assert.Contains("No relay is for such mail", refused.Reason, StringComparison.Ordinal);
    }

    private static RelayRoute Route(RelayRouter router) => router.RouteOf(Lane.Bulk, "example.com", []);

    private static RelayRouter Router(params IEnumerable<(string Name, int Weight, string? Domains)> relays) => new(
        Options.Create(Relays.Several(relays.Select(relay => (relay.Name, new RelayOptions
        {
            Host = "127.0.0.1",
            Weight = relay.Weight,
            Match = new() { SenderDomains = relay.Domains },
        })))),
        TokenCredentials.Create,
        Notices(),
        new Instruments().Smtp,
        new Instruments().Meters,
        TimeProvider.System,
        NullLogger<RelayRouter>.Instance);

    /// <summary>Never written to: no breaker opens here.</summary>
    private static RelayNotices Notices()
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new(StorageClients.Setting, "UseDevelopmentStorage=true")]).Build();
        return new RelayNotices(new StorageClients(settings, new StorageClock(TimeProvider.System)), TimeProvider.System, NullLogger<RelayNotices>.Instance);
    }
}
