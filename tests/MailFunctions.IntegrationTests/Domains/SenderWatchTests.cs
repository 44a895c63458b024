using MailFunctions.Api.Emails;
using MailFunctions.Api.Health;
using MailFunctions.Domains.Watch;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Dns;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Domains;

/// <summary>The daily check of the configured senders: what it keeps, reports and explains.</summary>
public sealed class SenderWatchTests(AzuriteFixture azurite) : IAsyncDisposable
{
    private const int SenderCheckFails = 3030;

    private readonly ScriptedDnsServer _dns = new();
    private readonly ScriptedSmtpServer _relay = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _dns.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("mail.example.com")]
    public async Task A_check_that_passed_and_fails_is_reported_once(string sender)
    {
        Complete();
        _dns.Text("mail.example.com", "v=spf1 ip4:192.0.2.1 ~all").MailExchange("mail.example.com", 10, "mx.example.com");
        await using var app = await StartAsync(senders: sender);
        await RunAsync(app);
        _dns.Script = _ => DnsAction.ServerFailure;
        await RunAsync(app);
        _dns.Script = _ => null;
        _dns.Remove("_dmarc.example.com");
        await RunAsync(app);
        await RunAsync(app);

        Assert.Equal(1, app.Logs.Count(SenderCheckFails));
        var kept = await app.Get<KeptChecks>().FindAsync(sender, Cancellation);
        Assert.Equal(DomainStatus.NotStarted, kept!.Status);
        Assert.Equal(DomainCheckName.Dmarc, Assert.Single(kept.Failing).Check);
    }

    [Fact]
    public async Task Trouble_of_DNS_is_not_reported()
    {
        Complete();
        await using var app = await StartAsync();
        await RunAsync(app);
        _dns.Script = _ => DnsAction.ServerFailure;
        await RunAsync(app);

        Assert.Equal(0, app.Logs.Count(SenderCheckFails));
        Assert.Equal(DomainStatus.Verified, (await app.Get<KeptChecks>().FindAsync("example.com", Cancellation))!.Status);
    }

    [Fact]
    public async Task A_domain_that_is_configured_no_longer_is_forgotten()
    {
        var account = azurite.TakeAccount();
        await using (var app = await StartAsync(account))
            await RunAsync(app);
        await using var next = await StartAsync(account, "example.org");
        await RunAsync(next);

        Assert.Equal(["example.org"], (await next.Get<KeptChecks>().ListAsync(Cancellation)).Select(check => check.Domain));
    }

    [Fact]
    public async Task Health_has_the_worst_status()
    {
        await using var app = await StartAsync();
        await RunAsync(app);

        Assert.Equal(("healthy", DomainStatus.NotStarted), await HealthAsync(app));
    }

    [Theory]
    [InlineData(2, DomainStatus.Failed)]
    [InlineData(4, DomainStatus.Pending)]
    public async Task Health_knows_a_check_for_three_days(int days, string status)
    {
        await using var app = await StartAsync();
        await app.Get<KeptChecks>().PutAsync(new KeptCheck("example.com", TimeProvider.System.GetUtcNow().AddDays(-days), DomainStatus.Failed, []), Cancellation);

        Assert.Equal(("healthy", status), await HealthAsync(app));
    }

    [Fact]
    public async Task Trouble_of_reading_the_checks_leaves_health_healthy()
    {
        await using var app = await StartAsync();
        await app.Get<StorageClients>().Table(StorageNames.ProgressTable).DeleteAsync(Cancellation);

        Assert.Equal(("healthy", DomainStatus.Pending), await HealthAsync(app));
    }

    [Theory]
    [InlineData("550 5.7.26 This mail is unauthenticated", true)]
    [InlineData("550 5.1.1 No such user", false)]
    public async Task Explain_has_what_fails_when_a_reply_is_about_authentication(string reply, bool isAbout)
    {
        _relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply(reply) : null;
        await using var app = await StartAsync();
        await RunAsync(app);
        var id = await app.SubmitAsync("""{"from":"me@example.com","to":"you@example.net","subject":"Hello","text":"Hello."}""", Cancellation);
        await app.DeliverUntilAsync(id, Cancellation, EmailState.Failed, EmailState.Deferred);
        var asked = _dns.Questions.Count;

        var answer = ((Http.JsonResult<ExplainAnswer>)await app.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation)).Value;

        Assert.Equal(isAbout, answer.SenderFindings?.Any(finding => finding.Check == DomainCheckName.Spf) == true);
        Assert.Equal(isAbout, answer.Sentence.Contains("GET domains/example.com/check", StringComparison.Ordinal));
        Assert.Equal(asked, _dns.Questions.Count);
    }

    private void Complete() => _dns.Text("example.com", "v=spf1 ip4:192.0.2.1 ~all").Text("_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:dmarc@example.com")
        .MailExchange("example.com", 10, "mx.example.com").Address("mx.example.com", "192.0.2.2");

    private Task<TestApp> StartAsync(string? account = null, string senders = "example.com") =>
        TestApp.On(account ?? azurite.TakeAccount()).WithRelay(_relay).With(TestSettings.NameServer, _dns.EndPoint.ToString()).With(TestSettings.AllowedSenders, senders).StartAsync();

    private static async Task<(string Status, string? SenderDomains)> HealthAsync(TestApp app)
    {
        var health = ((Http.JsonResult<HealthAnswer>)await app.Get<HealthReader>().ReadAsync(Cancellation)).Value;
        return (health.Status, health.SenderDomains);
    }

    private static async Task RunAsync(TestApp app) => Assert.All(await app.Get<SenderWatch>().ReportAsync(Cancellation), report => Assert.Null(report.Failure));
}
