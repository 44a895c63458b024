using System.Net.Http.Json;
using System.Text.Json;
using MailFunctions.IntegrationTests.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.Postfix;

/// <summary>STARTTLS and AUTH as Postfix with Cyrus SASL does them.</summary>
[Collection(nameof(PostfixFixture))]
public sealed class PostfixLoginTests(AzuriteFixture azurite, PostfixFixture postfix)
{
    private const int RefusesCredentials = 2101;
    private const string WrongPassword = "correct-horse-battery";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("trusted", "localhost", "false", true, null)]
    // The certificate names localhost alone.
    [InlineData("misnamed", "127.0.0.1", "false", true, "The host name (127.0.0.1) did not match the name given in the server's SSL certificate (localhost)")]
    [InlineData("unlisted", "localhost", "true", true, "unable to get certificate CRL")]
    [InlineData("refused", "localhost", "false", false, "Auth: 535 5.7.8 Error: authentication failed")]
    public async Task Mail_over_TLS_goes_only_to_the_named_relay_that_accepts_the_login(string localPart, string host, string checkRevocation, bool rightPassword, string? reason)
    {
        postfix.Require();
        var password = rightPassword ? postfix.Settings.Password : WrongPassword;
        await using var app = await AppProcess.StartAsync(
            new AppProcessOptions
            {
                Assembly = Path.Combine(AppContext.BaseDirectory, "MailFunctions.LocalHost.dll"),
                StorageConnectionString = azurite.TakeAccount(),
                RelayUrl = $"smtp://{PostfixSettings.User}:{password}@{host}:{postfix.Settings.Submission}?starttls=required",
                Settings = new Dictionary<string, string>
                {
                    ["SSL_CERT_FILE"] = postfix.AuthorityFile,
                    [TestSettings.Relay("CheckRevocation")] = checkRevocation,
                },
            },
            Cancellation);
        using var client = new HttpClient { BaseAddress = app.Url };
        using var content = new StringContent(TestApp.Mail($"{localPart}@example.com"), System.Text.Encoding.UTF8, "application/json");
        using var accepted = await client.PostAsync(new Uri("api/emails", UriKind.Relative), content, Cancellation);
        var id = (await accepted.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("id").GetString();
        JsonElement mail = default;
        await Eventually.TrueAsync(
            async () =>
            {
                mail = await client.GetFromJsonAsync<JsonElement>(new Uri($"api/emails/{id}", UriKind.Relative), Cancellation);
                return mail.GetProperty("status").GetString() is not ("queued" or "sending");
            },
            "an end of the first attempt");

        Assert.True(mail.GetProperty("status").GetString() == (reason is null ? "sent" : "deferred"), mail.GetRawText());
        if (reason is null)
        {
            var received = (await postfix.ArrivalAsync($"{localPart}@example.com", Cancellation)).Header("Received");
            Assert.Contains("using TLSv1.", received, StringComparison.Ordinal);
            Assert.Contains($"(Authenticated sender: {PostfixSettings.User}", received, StringComparison.Ordinal);
        }
        else
        {
            Assert.True(mail.GetProperty("reason").GetString()!.Contains(reason, StringComparison.Ordinal), mail.GetRawText());
            Assert.Empty(mail.GetProperty("attempts").EnumerateArray());
            Assert.DoesNotContain(postfix.Policy.Questions, question => question.Recipient == $"{localPart}@example.com");
        }

        Assert.DoesNotContain(app.Output, line => line.Contains(password, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("required")]
    [InlineData("when-available")]
    public async Task An_untrusted_certificate_defers_the_mail_without_an_attempt(string tls)
    {
        postfix.Require();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), $"localhost:{postfix.Settings.Open}?starttls={tls}");

        var id = await pipeline.SubmitAsync(TestApp.Mail("untrusted@example.com"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 0, 1), (row.State, row.Attempt, row.Waits));
        Assert.Contains("unable to get local issuer certificate", row.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain(postfix.Policy.Questions, question => question.Recipient == "untrusted@example.com");
    }

    [Fact]
    public async Task A_wrong_password_opens_the_circuit_until_corrected_and_is_never_written_anywhere()
    {
        postfix.Require();
        var storage = azurite.TakeAccount();
        EmailId id;
        await using (var wrong = await StartAsync(storage, $"{PostfixSettings.User}:{WrongPassword}@127.0.0.1:{postfix.Settings.Open}?starttls=none"))
        {
            id = await wrong.SubmitAsync(TestApp.Mail("password@example.com"), Cancellation);
            Assert.True(await wrong.DeliverNextAsync(Lane.Transactional, Cancellation));

            var row = await wrong.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Deferred, 0, 1), (row.State, row.Attempt, row.Waits));
            Assert.Contains("535 5.7.8", row.Reason, StringComparison.Ordinal);
            Assert.NotNull(Assert.Single(wrong.Get<RelayRouter>().Lines).Breaker.OpenUntil);
            Assert.Equal(1, wrong.Logs.Count(RefusesCredentials));
            Assert.DoesNotContain(await EverythingSaid.OfAsync(wrong, id, Cancellation), text => text.Contains(WrongPassword, StringComparison.Ordinal));
        }

        await using var right = await StartAsync(storage, $"{PostfixSettings.User}:{postfix.Settings.Password}@127.0.0.1:{postfix.Settings.Open}?starttls=none");
        Assert.Equal((EmailState.Sent, 1), await AttemptAsync(right, id));
        Assert.Contains($"(Authenticated sender: {PostfixSettings.User}", (await postfix.ArrivalAsync("password@example.com", Cancellation)).Header("Received"), StringComparison.Ordinal);
        Assert.DoesNotContain(await EverythingSaid.OfAsync(right, id, Cancellation), text => text.Contains(postfix.Settings.Password, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_relay_that_requires_TLS_where_none_is_set_defers_mail_as_wrong_settings()
    {
        postfix.Require();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), $"127.0.0.1:{postfix.Settings.Submission}?starttls=none");

        var id = await pipeline.SubmitAsync(TestApp.Mail("clear@example.com"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 0), (row.State, row.Attempt));
        Assert.Contains("MailFrom: 530 5.7.0 Must issue a STARTTLS command first", row.Reason, StringComparison.Ordinal);
        Assert.Equal(1, pipeline.Logs.Count(RefusesCredentials));
    }

    private static async Task<(EmailState State, int Attempt)> AttemptAsync(TestApp pipeline, EmailId id)
    {
        var row = await Crash.TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);
        return (row.State, row.Attempt);
    }

    private static Task<TestApp> StartAsync(string storage, string relay) =>
        TestApp.On(storage).WithRelayAt($"smtp://{relay}").StartAsync();
}
