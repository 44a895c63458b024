using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Keys;
using MailFunctions.Keys;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Dns;

namespace MailFunctions.IntegrationTests.Domains;

/// <summary><c>GET domains/{domain}/check</c>, and who may call it.</summary>
public sealed class CheckDomainTests(AzuriteFixture azurite) : IAsyncDisposable
{
    private readonly ScriptedDnsServer _dns = new();

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    [Fact]
    public async Task The_answer_has_findings_the_tree_of_SPF_and_every_relay()
    {
        _dns.Text("example.com", "v=spf1 ip4:127.0.0.1 include:a.example ~all").Text("a.example", "v=spf1 mx -all").MailExchange("a.example", 10, "mx.a.example");
        await using var scene = await StartAsync(("MailFunctions:Relay:SendingAddresses", "127.0.0.1"));

        var answer = await scene.SendAsync("GET", "domains/example.com/check", KeyScene.FunctionKey, apiKey: null);

        Assert.Equal((200, "not_started"), (answer.Status, answer.Body.GetProperty("status").GetString()));
        Assert.Equal(2, answer.Body.GetProperty("spf")[0].GetProperty("lookups").GetInt32());
        var relay = Assert.Single(answer.Body.GetProperty("relays").EnumerateArray());
        Assert.Equal(("relay", "pass", "unknown", "pass"), (relay.GetProperty("relay").GetString(), relay.GetProperty("spf").GetString(), relay.GetProperty("dkim").GetString(), relay.GetProperty("dmarc").GetString()));
    }

    [Theory]
    [InlineData("example.com", 200)]
    [InlineData("EXAMPLE.COM.", 200)]
    [InlineData("b%C3%BCcher.example", 200)]
    [InlineData("example.org", 403)]
    [InlineData("sub.example.com", 403)]
    [InlineData("localhost", 422)]
    [InlineData("%5B192.0.2.1%5D", 422)]
    [InlineData("a..example.com", 422)]
    public async Task A_key_checks_the_domains_that_it_may_send_from(string domain, int status)
    {
        await using var scene = await StartAsync();
        var key = await scene.MakeKeyAsync(new KeyTerms { Rights = [KeyRight.Send], Senders = ["shop@example.com", "bücher.example"] });

        Assert.Equal(status, (await scene.CallAsync("GET", $"domains/{domain}/check", key)).Status);
    }

    [Fact]
    public async Task A_key_without_a_right_to_mail_checks_nothing()
    {
        await using var scene = await StartAsync();

        Assert.Equal(403, (await scene.CallAsync("GET", "domains/example.com/check", await scene.MakeKeyAsync(KeyRight.Templates))).Status);
    }

    private Task<KeyScene> StartAsync(params IEnumerable<(string Key, string Value)> more) => KeyScene.StartAsync(azurite, [(TestSettings.NameServer, _dns.EndPoint.ToString()), .. more]);
}
