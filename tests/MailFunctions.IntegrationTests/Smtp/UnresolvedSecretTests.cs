using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.IntegrationTests.Smtp;

/// <summary>A secret that Azure has not put into its setting yet: mail is accepted, and waits for it.</summary>
public sealed class UnresolvedSecretTests(AzuriteFixture azurite)
{
    private const int SettingUnresolved = 2114;
    private const string Reference = "@Microsoft.KeyVault(VaultName=kv-mail;SecretName=relay-password)";
    private const string Password = "MailFunctions:Relay:Password";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("transactional")]
    [InlineData("bulk")]
    public async Task Mail_waits_without_an_attempt_and_goes_out_once_the_setting_has_its_value(string lane)
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["AUTH PLAIN LOGIN"] });
        var account = azurite.TakeAccount();
        EmailId id;
        await using (var pipeline = await StartAsync(account, server, Reference))
        {
            id = await pipeline.SubmitAsync(TestApp.Mail(lane: lane), Cancellation);
            var accepted = await pipeline.RowAsync(id, Cancellation);
            Assert.True(await pipeline.DeliverNextAsync(accepted.Lane, Cancellation));

            var row = await pipeline.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Deferred, 0, 1), (row.State, row.Attempt, row.Waits));
            Assert.Contains($"There is no value for {Password}.", row.Reason, StringComparison.Ordinal);
            Assert.NotNull(Assert.Single(pipeline.Get<RelayRouter>().Lines).Breaker.OpenUntil);
            Assert.Empty(server.Exchanges);
            Assert.DoesNotContain(pipeline.Logs.All, line => line.Text.Contains("kv-mail", StringComparison.Ordinal));
        }

        await using var restarted = await StartAsync(account, server, "hush");
        var waiting = await restarted.RowAsync(id, Cancellation);
        await restarted.Get<LaneQueues>().PutAsync(waiting.Lane, [NamedAttempt.OfWakeUp(waiting)], TimeSpan.Zero, Cancellation);
        Assert.NotNull(await restarted.Ledger.TryUpdateAsync(waiting with { DueAt = restarted.Get<TimeProvider>().GetUtcNow() }, Cancellation));
        var sent = await restarted.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(1, sent.Attempt);
        Assert.Equal("hush", Assert.Single(server.Exchanges, exchange => exchange.Verb == "AUTH").Secret);
        Assert.Equal(0, restarted.Logs.Count(SettingUnresolved));
    }

    [Fact]
    public async Task Explain_names_the_setting_and_what_to_do_before_anything_was_tried()
    {
        await using var server = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), server, Reference);
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        var answer = (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;

        var sentence = answer.GetProperty("sentence").GetString();
        Assert.Contains($"Relay relay is not used: there is no value for {Password}.", sentence, StringComparison.Ordinal);
        Assert.Contains("Put the secret into the Key Vault", sentence, StringComparison.Ordinal);
        var relay = answer.GetProperty("relays")[0];
        Assert.Equal(("local", 0, "unresolved_setting"), (relay.GetProperty("left_alone_stage").GetString(), relay.GetProperty("left_alone_code").GetInt32(), relay.GetProperty("left_alone_cause").GetString()));
        Assert.Equal([Password], relay.GetProperty("unresolved_settings").EnumerateArray().Select(setting => setting.GetString()));
        Assert.True(relay.GetProperty("left_alone_until").GetDateTimeOffset() > pipeline.Get<TimeProvider>().GetUtcNow());
        Assert.DoesNotContain("kv-mail", answer.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unresolved_secret_is_logged_as_error_at_start_and_while_mail_waits()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 40, 0, TimeSpan.Zero));
        await using var server = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay(server, ("User", "shop"))
            .With(Password, Reference)
            .WithClock(clock)
            .StartAsync();
        var line = Assert.Single(pipeline.Logs.All, line => line.Id == SettingUnresolved);
        Assert.Equal(LogLevel.Error, line.Level);
        Assert.Contains(Password, line.Text, StringComparison.Ordinal);

        foreach (var minutes in (int[])[1, 1, 4])
        {
            clock.Advance(TimeSpan.FromMinutes(minutes));
            await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        }

        Assert.Equal(2, pipeline.Logs.Count(SettingUnresolved));
    }

    [Fact]
    public async Task Mail_goes_to_another_allowed_relay_while_one_lacks_its_secret()
    {
        await using var lacking = new ScriptedSmtpServer();
        await using var spare = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay("lacking", lacking, ("User", "shop"), ("Password", Reference))
            .WithRelay("spare", spare, ("Weight", "0"))
            .StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Empty(lacking.Exchanges);
        Assert.Contains(spare.Exchanges, exchange => exchange.Verb == "RCPT");
    }

    [Theory]
    [InlineData(Password)]
    [InlineData("AzureWebJobsStorage")]
    public async Task An_address_of_azd_stops_the_start_and_is_named(string setting)
    {
        await using var server = new ScriptedSmtpServer();
        const string Address = "akvs://11111111-1111-1111-1111-111111111111/kv-mail/secret";

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApp.On(azurite)
            .WithRelay(server, ("User", "shop"))
            .With(setting, Address)
            .StartAsync());

        Assert.StartsWith($"{setting} is an akvs:// address", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_app_does_not_start_with_an_unresolved_storage_secret()
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestApp.On(Reference).StartAsync());

        Assert.StartsWith("AzureWebJobsStorage is a reference to a secret that Azure did not resolve", Assert.Single(refused.Failures), StringComparison.Ordinal);
    }

    private static Task<TestApp> StartAsync(string account, ScriptedSmtpServer server, string password) => TestApp.On(account)
        .WithRelay(server, ("User", "shop"), ("Password", password))
        .StartAsync();
}
