using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Smtp.Signing;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp;

/// <summary>The address that MAIL names, where it is not the one in From.</summary>
public sealed class ReturnPathTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task MAIL_names_the_return_path_of_the_sender_domain()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay(relay)
            .With("MailFunctions:ReturnPath", "example.org: bounces@bounce.example.org, example.net: other@example.net")
            .With(SigningKeys.Settings)
            .StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        var waiting = (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        var mail = Assert.Single(relay.Mails);
        Assert.Equal(("bounces@bounce.example.org", "Shop <shop@example.org>"), (mail.Sender, mail.Header("From")));
        Assert.Equal("shop@example.org", (await pipeline.ReadAsync(id, Cancellation)).GetProperty("from").GetString());
        Assert.Equal(("bounces@bounce.example.org", "example.org"), (waiting.GetProperty("return_path").GetString(), waiting.GetProperty("signing_domain").GetString()));
    }

    [Fact]
    public async Task Mail_of_another_domain_and_simulated_mail_have_none()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay(relay)
            .With("MailFunctions:ReturnPath:0", "example.net: bounces@example.net")
            .With((TestSettings.Sandbox, "true"), (TestSettings.SandboxAllow, "ada@example.com"))
            .StartAsync();

        foreach (var to in (string[])["ada@example.com", "delivered@sandbox.test"])
        {
            var id = await pipeline.SubmitAsync(TestApp.Mail(to), Cancellation);
            var waiting = (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;
            Assert.False(waiting.TryGetProperty("return_path", out _) || waiting.TryGetProperty("signing_domain", out _));
            await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        }

        Assert.Equal("shop@example.org", Assert.Single(relay.Mails).Sender);
    }
}
