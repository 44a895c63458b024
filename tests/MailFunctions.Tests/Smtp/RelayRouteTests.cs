using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.Tests.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Smtp;

public sealed class RelayRouteTests
{
    [Fact]
    public async Task Chance_follows_the_weights()
    {
        await using var router = Router(("one", Of(1)), ("three", Of(3)));
        var random = new Random(7);
        var first = Enumerable.Range(0, 4_000).Count(_ => Route(router).InOrder(random).First().Relay.Name == "three");

        Assert.InRange(first, 2_850, 3_150);
    }

    [Fact]
    public async Task Matching_relays_come_before_general_ones_and_spares_come_last()
    {
        await using var router = Router(
            ("spare", Of(0, "example.com", fallback: true)), ("any", Of(100)), ("fitting", Of(1, "example.com", fallback: true)), ("other", Of(1, "example.org")));
        var random = new Random(7);

        for (var i = 0; i < 50; i++)
            Assert.Equal(["fitting", "any", "spare"], Route(router).InOrder(random).Select(line => line.Relay.Name));
    }

    [Fact]
    public async Task Mail_waits_for_the_relays_that_are_named_for_its_sender()
    {
        await using var router = Router(("spare", Of(0)), ("any", Of(100)), ("second", Of(0, "example.com")), ("fitting", Of(1, "example.com")), ("other", Of(1, "example.org")));

        Assert.Equal(["fitting", "second"], Route(router).InOrder(new Random(7)).Select(line => line.Relay.Name));
        Assert.Equal(["any", "spare"], router.RouteOf(Lane.Bulk, "example.net", []).InOrder(new Random(7)).Select(line => line.Relay.Name));
        Assert.Equal(
            [("spare", PassedOver.Unmatched), ("any", PassedOver.Unmatched), ("other", PassedOver.SenderDomains)],
            router.PassedOver(Row("example.com")).Select(one => (one.Line.Relay.Name, one.Why)));
    }

    [Fact]
    public async Task Mail_waits_for_the_relays_that_are_named_for_its_tags()
    {
        var news = Of(1);
        news.Match.Tags = "kind:news";
        await using var router = Router(("any", Of(1)), ("news", news));

        Assert.Equal(["news"], router.RouteOf(Lane.Bulk, "example.com", [new Tag("kind", "news")]).Lines.Select(line => line.Relay.Name));
        Assert.Equal(["any"], router.RouteOf(Lane.Bulk, "example.com", [new Tag("kind", "bill")]).Lines.Select(line => line.Relay.Name));
    }

    [Fact]
    public async Task A_mail_with_a_matching_relay_without_fallback_stays_with_matching_relays()
    {
        await using var router = Router(("any", Of(1)), ("open", Of(1, "example.com", fallback: true)), ("strict", Of(1, "example.com")));

        Assert.Equal(["open", "strict"], Route(router).Lines.Select(line => line.Relay.Name));
    }

    [Fact]
    public async Task A_lane_match_makes_a_relay_preferred_but_not_exclusive()
    {
        var bulk = Of(1);
        bulk.Match.Lane = "bulk";
        await using var router = Router(("any", Of(100)), ("bulk", bulk));

        Assert.Equal(["bulk", "any"], Route(router).InOrder(new Random(7)).Select(line => line.Relay.Name));
        Assert.Equal([("bulk", PassedOver.Lane)], router.PassedOver(Row("example.com") with { Lane = Lane.Transactional }).Select(one => (one.Line.Relay.Name, one.Why)));
    }

    [Fact]
    public async Task Mails_that_the_same_relays_are_for_share_a_route()
    {
        await using var router = Router(("any", Of(1)), ("fitting", Of(1, "example.com")));

        Assert.Same(Route(router), router.RouteOf(Lane.Bulk, "example.com", [new Tag("customer", "4711")]));
        Assert.NotSame(Route(router), router.RouteOf(Lane.Bulk, "example.org", []));
        Assert.NotSame(Route(router), router.RouteOf(Lane.Transactional, "example.com", []));
    }

    [Fact]
    public async Task A_mail_without_a_suitable_relay_reports_that_as_its_reason()
    {
        await using var router = Router(("fitting", Of(1, "example.com")));

        var refused = await Assert.ThrowsAsync<RelayUnreachableException>(() => router.RentAsync(
            router.RouteOf(Lane.Bulk, "example.org", []), default, new Envelope("a@example.org", ["b@example.net"]), null, TestContext.Current.CancellationToken));

        Assert.Contains("No relay is for such mail", refused.Reason, StringComparison.Ordinal);
    }

    private static RelayRoute Route(RelayRouter router) => router.RouteOf(Lane.Bulk, "example.com", []);

    private static RelayOptions Of(int weight, string? domains = null, bool fallback = false) =>
        new() { Host = "127.0.0.1", Weight = weight, Match = new() { SenderDomains = domains, Fallback = fallback } };

    private static LedgerRow Row(string senderDomain)
    {
        var id = EmailId.Mint(TimeProvider.System.GetUtcNow())[0];
        return new() { Id = id, State = EmailState.Queued, Lane = Lane.Bulk, Sender = $"shop@{senderDomain}", AcceptedAt = id.MintedAt, ExpiresAt = id.MintedAt };
    }

    private static RelayRouter Router(params IEnumerable<(string Name, RelayOptions Options)> relays) => new(
        Options.Create(Relays.Several(relays)),
        TokenCredentials.Create,
        Notices(),
        new Instruments().Smtp,
        new Instruments().Meters,
        TimeProvider.System,
        NullLogger<RelayRouter>.Instance);

    /// <summary>Never written to: no breaker opens here.</summary>
    private static RelayNotices Notices()
    {
        var settings = TestSettings.Configuration((TestSettings.Storage, "UseDevelopmentStorage=true"));
        return new RelayNotices(new StorageClients(settings, new StorageClock(TimeProvider.System)), TimeProvider.System, NullLogger<RelayNotices>.Instance);
    }
}
