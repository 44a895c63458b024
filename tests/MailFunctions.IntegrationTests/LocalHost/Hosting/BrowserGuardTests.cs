using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

/// <summary>Whatever a local run starts refuses what the pages of other sites send to it.</summary>
public sealed class BrowserGuardTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_functions_endpoint_refuses_foreign_pages_and_serves_its_own_callers(bool isAllowed)
    {
        var options = new LocalHostOptions { AllowedPages = isAllowed ? BrowserRequests.Allowed : AllowedPages.None };
        await using var host = await RunningFunctions.StartAsync([], _ => { }, options: options);

        Assert.Equal("", await BrowserRequests.FindWrongAsync(host.Client.BaseAddress!.Port, isAllowed, Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_Azurite_service_refuses_foreign_pages_and_serves_its_own_callers(int service) =>
        Assert.Equal("", await BrowserRequests.FindWrongAsync(azurite.Ports[service], isAllowed: false, Cancel));

    [Fact]
    public async Task The_inbox_refuses_foreign_pages_and_serves_its_own_callers()
    {
        await using var inbox = await StartedInbox.StartAsync();

        Assert.Equal("", await BrowserRequests.FindWrongAsync(inbox.WebPort, isAllowed: true, Cancel));
    }

    /// <summary>A link may open the page of the inbox, but not do what a GET does there.</summary>
    [Theory]
    [InlineData("/api/email/1")]
    [InlineData("/API/reloadMailsFromDirectory")]
    [InlineData("//api/email/1")]
    [InlineData("/%61pi/email/1")]
    [InlineData("/%zz")]
    [InlineData("/socket.io/?EIO=4&transport=polling")]
    public async Task A_foreign_link_to_an_inbox_address_with_side_effects_returns_403(string path)
    {
        await using var inbox = await StartedInbox.StartAsync();

        var answer = await RawHttp.SendAsync(
            inbox.WebPort,
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nConnection: close\r\n\r\n",
            Cancel);

        Assert.StartsWith("HTTP/1.1 403 ", answer, StringComparison.Ordinal);
    }

    /// <summary>SMTP is a way in as well: a page can post lines to it, and the first of them are HTTP.</summary>
    [Fact]
    public async Task The_SMTP_of_the_inbox_hangs_up_on_a_browser()
    {
        await using var inbox = await StartedInbox.StartAsync();

        var answer = await RawHttp.SendAsync(
            inbox.SmtpPort,
            $"POST / HTTP/1.1\r\nHost: localhost:{inbox.SmtpPort}\r\nContent-Type: text/plain\r\n\r\nEHLO a\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nhello\r\n.\r\nQUIT\r\n",
            Cancel);

        Assert.DoesNotContain("\n250", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AllowedHosts", "https://tunnel.example")]
    [InlineData("AllowedHosts", "tunnel.example:8080")]
    [InlineData("AllowedHosts", "*.tunnel.example")]
    [InlineData("AllowedHosts", "*")]
    [InlineData("AllowedOrigins", "localhost:3000")]
    [InlineData("AllowedOrigins", "null")]
    [InlineData("AllowedOrigins", "http://localhost:3000/")]
    [InlineData("AllowedOrigins", "*")]
    public void A_setting_that_names_no_host_or_page_is_refused(string setting, string value)
    {
        var refused = Assert.Throws<CannotStartException>(() => Read(($"LocalHost:{setting}", value)));

        Assert.StartsWith($"LocalHost:{setting} is '{value}'; it must be ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_and_pages_are_given_in_one_value_or_in_several()
    {
        var options = Read(("LocalHost:AllowedHosts", "A.example, b.example"), ("LocalHost:AllowedOrigins:0", "http://localhost:3000"), ("LocalHost:AllowedOrigins:1", "https://[::1]:3000"));

        Assert.Equal(["a.example", "b.example"], options.AllowedPages.Hosts);
        Assert.Equal(["http://localhost:3000", "https://[::1]:3000"], options.AllowedPages.Origins);
    }

    private static LocalHostOptions Read(params (string Key, string Value)[] settings) => LocalHostOptions.Read(
        TestSettings.Configuration(settings.Select(setting => (setting.Key, (string?)setting.Value))));
}
