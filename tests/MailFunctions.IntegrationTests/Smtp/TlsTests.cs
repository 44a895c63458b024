using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp;

/// <summary>When mail goes out in the clear, and when rather not at all.</summary>
public sealed class TlsTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("starttls=required", false, "deferred")]
    [InlineData("starttls=when-available", false, "sent")]
    [InlineData("starttls=none", true, "sent")]
    // The server shows a certificate that nobody has signed: it is not trusted, whether TLS was required or only found.
    [InlineData("starttls=required", true, "deferred")]
    [InlineData("starttls=when-available", true, "deferred")]
    public async Task The_starttls_setting_decides_whether_mail_is_sent_or_deferred(string setting, bool offered, string state)
    {
        var options = new SmtpServerOptions();
        await using var relay = new ScriptedSmtpServer(options with { Keywords = [.. options.Keywords.Where(keyword => keyword != "STARTTLS"), .. offered ? ["STARTTLS"] : Array.Empty<string>()] });
        await using var pipeline = await TestApp.On(azurite).WithRelayAt($"smtp://127.0.0.1:{relay.Port}?{setting}").StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.True(row.State.Name() == state, $"{row.State.Name()}: {row.Reason}");
        if (state == "deferred")
        {
            Assert.Empty(relay.Mails);
            Assert.Equal((0, 1), (row.Attempt, row.Waits));
            Assert.Contains("TLS", row.Reason, StringComparison.Ordinal);
            // What is wrong with the certificate, not how the client's code learned of it.
            Assert.DoesNotContain("Callback", row.Reason, StringComparison.Ordinal);
        }
        else
        {
            Assert.False(Assert.Single(relay.Mails).IsTls);
        }
    }

    [Theory]
    [InlineData("smtp", "?starttls=required", false)]
    [InlineData("smtps", "", true)]
    public async Task With_a_certificate_that_is_trusted_the_mail_goes_out_over_TLS(string scheme, string query, bool isImplicit)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only on Linux can a process be told by its environment which certificates to trust.");
        using var certificate = TestCertificate.Create();
        var trusted = Path.Combine(Directory.CreateTempSubdirectory("mailfunctions-tls-").FullName, "ca.pem");
        await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem(), Cancellation);
        await using var relay = new ScriptedSmtpServer(new SmtpServerOptions { Certificate = certificate, ImplicitTls = isImplicit });
        await using var app = await AppProcess.StartAsync(
            new AppProcessOptions
            {
                Assembly = Path.Combine(AppContext.BaseDirectory, "MailFunctions.LocalHost.dll"),
                StorageConnectionString = azurite.TakeAccount(),
                RelayUrl = $"{scheme}://localhost:{relay.Port}{query}",
                Settings = new Dictionary<string, string> { ["SSL_CERT_FILE"] = trusted },
            },
            Cancellation);
        using var client = new HttpClient { BaseAddress = app.Url };

        using var content = new StringContent(TestApp.Mail(), System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("api/emails", UriKind.Relative), content, Cancellation);
        Assert.Equal(System.Net.HttpStatusCode.Accepted, answer.StatusCode);

        Assert.True((await relay.WaitForMailsAsync(1, Cancellation))[0].IsTls);
    }
}
