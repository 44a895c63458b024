using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp;

/// <summary>A relay off this machine whose connection has no TLS: the login is not sent, the mail waits and says why.</summary>
public sealed class LoginWithoutTlsTests(AzuriteFixture azurite)
{
    private const int LoginNeedsTls = 2111;
    private const int LoginMayWait = 2112;
    private const int LoginInClear = 2113;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("when-available")]
    [InlineData("none")]
    public async Task Mail_is_deferred_without_TLS_and_no_login_is_sent(string tls)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux connects 0.0.0.0, which is no loopback address, to this machine.");
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["AUTH PLAIN LOGIN"] });
        await using var pipeline = await StartAsync(server, tls);

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 0, 1), (row.State, row.Attempt, row.Waits));
        Assert.Contains("The connection has no TLS, so the login was not sent", row.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Exchanges, exchange => exchange.Verb is "AUTH" or "MAIL");
        Assert.NotNull(Assert.Single(pipeline.Get<RelayRouter>().Lines).Breaker.OpenUntil);
        Assert.Equal((1, 1), (pipeline.Logs.Count(LoginMayWait), pipeline.Logs.Count(LoginNeedsTls)));
        await Eventually.TrueAsync(
            async () => RelayOutlook.Sentence((await pipeline.Get<RelayOutlook>().ReadAsync(row, Cancellation))!)?.StartsWith("Relay relay has no TLS to log in over", StringComparison.Ordinal) == true,
            "an explanation that names TLS");
        Assert.DoesNotContain(pipeline.Logs.All, line => line.Text.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AllowLoginWithoutTls_sends_the_login_and_logs_a_warning_at_start()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux connects 0.0.0.0, which is no loopback address, to this machine.");
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["AUTH PLAIN LOGIN"] });
        await using var pipeline = await StartAsync(server, "none", (TestSettings.Relay("AllowLoginWithoutTls"), "true"));

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal("hush", Assert.Single(server.Exchanges, exchange => exchange.Verb == "AUTH").Secret);
        Assert.Equal((0, 1), (pipeline.Logs.Count(LoginMayWait), pipeline.Logs.Count(LoginInClear)));
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer server, string tls, params (string, string)[] settings) =>
        TestApp.On(azurite).WithRelayAt($"smtp://shop:hush@0.0.0.0:{server.Port}?starttls={tls}").With(settings).StartAsync();
}
