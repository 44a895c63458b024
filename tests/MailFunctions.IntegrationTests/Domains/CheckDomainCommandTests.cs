using MailFunctions.IntegrationTests.LocalHost.Runs;
using MailFunctions.TestPeers.Dns;

namespace MailFunctions.IntegrationTests.Domains;

/// <summary>The command that checks a domain, as a person at a console runs it.</summary>
public sealed class CheckDomainCommandTests : IAsyncDisposable
{
    private readonly ScriptedDnsServer _dns = new();

    public ValueTask DisposeAsync() => _dns.DisposeAsync();

    [Fact]
    public async Task A_domain_that_passes_ends_with_0()
    {
        _dns.Text("example.com", "v=spf1 include:_spf.google.com ~all").Text("_spf.google.com", "v=spf1 ip4:192.0.2.1 ~all")
            .Text("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:dmarc@example.com").MailExchange("example.com", 10, "mx.example.com").Address("mx.example.com", "192.0.2.2");
        await using var run = Start("example.com", "--MailFunctions:Relay:Preset=gmail", "--MailFunctions:Relay:User=me", "--MailFunctions:Relay:Password=secret");

        Assert.Equal(0, await run.ExitAsync());
        Assert.StartsWith("example.com: verified", run.Output, StringComparison.Ordinal);
        Assert.Contains("0   include:_spf.google.com", run.Output, StringComparison.Ordinal);
        Assert.Contains("A mail passes DMARC by smtp.gmail.com", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_domain_ends_with_1_and_shows_the_records()
    {
        await using var run = Start("example.com");

        Assert.Equal(1, await run.ExitAsync());
        Assert.Contains("_dmarc.example.com TXT \"v=DMARC1; p=none; rua=mailto:dmarc@example.com\"", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Trouble_of_DNS_ends_with_2()
    {
        _dns.Script = _ => DnsAction.ServerFailure;
        await using var run = Start("example.com");

        Assert.Equal(2, await run.ExitAsync());
    }

    [Theory]
    [InlineData("check-domain needs one domain; 'check-domain --help' says more.", "a.example", "b.example")]
    [InlineData("--verbose is not a switch of check-domain; a setting is given as --Key=Value.", "a.example", "--verbose")]
    public async Task What_is_no_request_is_refused(string sentence, params string[] arguments)
    {
        await using var run = LocalHostProcess.Start(["check-domain", .. arguments]);

        Assert.Equal(1, await run.ExitAsync());
        Assert.Equal(sentence, run.Error);
    }

    private LocalHostProcess Start(string domain, params string[] settings) =>
        LocalHostProcess.Start(["check-domain", domain, $"--MailFunctions:Dns:Server={_dns.EndPoint}", .. settings]);
}
