using MailFunctions.Keys.Quotas;

namespace MailFunctions.Tests.Keys.Quotas;

public sealed class QuotaPolicyTests
{
    private static readonly QuotaLimits OfKey = new() { MailsPerDay = 7 };
    private static readonly QuotaLimits OfMaker = new() { MailsPerDay = 8 };

    [Fact]
    public void A_submission_is_charged_to_its_key_the_makers_each_sender_domain_and_the_app()
    {
        var policy = Policy("mails_per_minute=600", "example.com: mails_per_day=10", "*: bytes_per_day=1000");
        var demand = new QuotaDemand([new QuotaHolder("abc", OfKey), new QuotaHolder("maker", OfMaker)], [Mail("example.com", 1), Mail("example.org", 2), Mail("example.com", 3)]);

        Assert.Equal(
            [
                (QuotaScope.OfKey("abc"), OfKey, new Volume(3, 6, 600)),
                (QuotaScope.OfKey("maker"), OfMaker, new Volume(3, 6, 600)),
                (QuotaScope.OfDomain("example.com"), new QuotaLimits { MailsPerDay = 10 }, new Volume(2, 4, 400)),
                (QuotaScope.OfDomain("example.org"), new QuotaLimits { BytesPerDay = 1000 }, new Volume(1, 2, 200)),
                (QuotaScope.App, new QuotaLimits { MailsPerMinute = 600 }, new Volume(3, 6, 600)),
            ],
            policy.Of(demand));
    }

    [Fact]
    public void Without_limits_nothing_is_charged() =>
        Assert.Empty(Policy("").Of(new QuotaDemand([new QuotaHolder("abc", QuotaLimits.None)], [Mail("example.com", 1)])));

    private static MailCost Mail(string domain, int recipients) => new(domain, new Volume(1, recipients, 100 * recipients));

    private static QuotaPolicy Policy(string app, params string[] domains)
    {
        var options = new QuotaOptions { App = app };
        foreach (var domain in domains)
            options.SenderDomains.Add(domain);
        return new QuotaPolicy(options);
    }
}
