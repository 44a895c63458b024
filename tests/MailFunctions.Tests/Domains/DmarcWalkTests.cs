using MailFunctions.Domains.Dmarc;
using MailFunctions.TestPeers.Dns;
using MailFunctions.Tests.Dns;

namespace MailFunctions.Tests.Domains;

/// <summary>The examples are those of RFC 9989 section 4.10.</summary>
public sealed class DmarcWalkTests : IAsyncDisposable
{
    private readonly ScriptedDnsServer _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_long_domain_takes_eight_questions()
    {
        await Walk("a.b.c.d.e.f.g.h.i.j.mail.example.com");

        Assert.Equal(
            [
                "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com", "_dmarc.g.h.i.j.mail.example.com", "_dmarc.h.i.j.mail.example.com", "_dmarc.i.j.mail.example.com",
                "_dmarc.j.mail.example.com", "_dmarc.mail.example.com", "_dmarc.example.com", "_dmarc.com",
            ],
            _server.Questions.Select(question => question.Name));
    }

    [Fact]
    public async Task The_record_with_the_fewest_labels_is_that_of_the_organization()
    {
        Publish("mail.example.com", "v=DMARC1; p=none").Text("_dmarc.example.com", "v=DMARC1; p=reject; sp=quarantine");

        var walk = await Walk("a.mail.example.com");

        Assert.Equal("example.com", walk.OrganizationalDomain);
        Assert.Equal("example.com", walk.Applied?.Domain);
    }

    [Fact]
    public async Task The_walk_stops_where_a_record_denies_to_be_a_suffix()
    {
        Publish("mail.example.com", "v=DMARC1; p=none; psd=n").Text("_dmarc.example.com", "v=DMARC1; p=reject");

        Assert.Equal("mail.example.com", (await Walk("a.mail.example.com")).OrganizationalDomain);
        Assert.Equal(2, _server.Questions.Count);
    }

    [Fact]
    public async Task Below_a_public_suffix_the_next_label_is_the_organization()
    {
        Publish("com", "v=DMARC1; p=reject; psd=y");

        var walk = await Walk("a.mail.example.com");

        Assert.Equal(("example.com", "com"), (walk.OrganizationalDomain, walk.Applied?.Domain));
    }

    [Fact]
    public async Task The_own_record_is_applied_first()
    {
        Publish("mail.example.com", "v=DMARC1; p=none").Text("_dmarc.example.com", "v=DMARC1; p=reject");

        var walk = await Walk("mail.example.com");

        Assert.Equal(("mail.example.com", "example.com"), (walk.Applied?.Domain, walk.OrganizationalDomain));
    }

    [Fact]
    public async Task Two_records_count_as_none()
    {
        Publish("example.com", "v=DMARC1; p=none").Text("_dmarc.example.com", "v=DMARC1; p=reject").Text("_dmarc.example.com", "v=spf1 -all");

        var walk = await Walk("example.com");

        Assert.Null(walk.Applied);
        Assert.Equal(2, walk.Steps[0].Count);
    }

    [Fact]
    public async Task Trouble_is_not_taken_for_a_missing_record()
    {
        _server.Script = _ => DnsAction.ServerFailure;

        Assert.NotNull((await Walk("example.com")).Trouble);
    }

    private ScriptedDnsServer Publish(string domain, string record) => _server.Text($"_dmarc.{domain}", record);

    private Task<DmarcWalk> Walk(string domain) =>
        DmarcWalk.OfAsync(domain, Resolvers.Of(_server), Resolvers.Budget(), TestContext.Current.CancellationToken);
}
