using MailFunctions.IntegrationTests.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;
using Microsoft.Extensions.Options;

namespace MailFunctions.IntegrationTests.Smtp;

/// <summary>Whatever goes wrong with a login, its secret is not to be found anywhere.</summary>
public sealed class SecretsTests(AzuriteFixture azurite)
{
    private const string Secret = "correct-horse-battery";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("AUTH", "535 5.7.8 Wrong")]
    [InlineData("AUTH", "reset")]
    [InlineData("AUTH", "504 5.5.4 Not that")]
    [InlineData("MAIL", "530 5.7.0 Authentication required")]
    [InlineData("MAIL", "ok")]
    public async Task No_log_answer_row_or_event_holds_a_credential(string verb, string deed)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb != verb || deed == "ok" ? null : deed == "reset" ? SmtpAction.Reset : SmtpAction.Reply(deed);
        await using var pipeline = await TestApp.On(azurite).WithRelayAt($"smtp://user:{Secret}@127.0.0.1:{relay.Port}?starttls=none").StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Contains(relay.Exchanges, exchange => exchange.Secret == Secret);
        var said = await EverythingSaid.OfAsync(pipeline, id, Cancellation);
        var base64 = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0user\0{Secret}"));
        Assert.NotEmpty(pipeline.Logs.All);
        Assert.DoesNotContain(said, text => text.Contains(Secret, StringComparison.Ordinal) || text.Contains(base64, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_start_that_is_refused_does_not_quote_the_secrets_beside_what_is_wrong()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApp.On(azurite)
            .WithRelayAt($"smtp://user:{Secret}@127.0.0.1:2525/path?x=y", ("Weight", "-1"), ("Auth", "xoauth2"), ("OAuth:ClientSecret", Secret), ("ClientCertificate", Secret), ("ClientCertificatePassword", Secret))
            .StartAsync());

        Assert.Contains("MailFunctions:Relay:Weight", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }
}
