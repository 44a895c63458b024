using System.Net;
using System.Net.Http.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;

namespace MailFunctions.IntegrationTests.Peers;

public sealed class AppProcessTests(AzuriteFixture azurite)
{
    private static readonly object Mail = new { from = "app@example.org", to = new[] { "ada@example.com" }, subject = "Hello", text = "Hello" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_app_process_starts_ready_sends_a_mail_to_its_relay_and_stops()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var app = await AppProcess.StartAsync(Options(azurite.TakeAzuriteAccount(), relay), Cancellation);
        using var client = new HttpClient { BaseAddress = app.Url };

        var accepted = await client.PostAsJsonAsync("api/emails", Mail, Cancellation);
        var received = await relay.Mails.WaitForAsync(mail => mail.Recipients.Contains("ada@example.com"), Cancellation);

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal("Hello", received.Header("Subject"));
        Assert.SkipUnless(AppProcess.CanStop, "Windows knows no SIGTERM.");
        Assert.Equal(0, await app.StopAsync(Cancellation));
    }

    [Fact]
    public async Task A_process_killed_during_a_write_exits_at_once_and_restarts_on_its_port()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var storage = await StorageProxy.StartAsync(azurite.TakeAzuriteAccount(), Cancellation);
        await using var app = await AppProcess.StartAsync(Options(storage.ConnectionString, relay), Cancellation);
        using var client = new HttpClient { BaseAddress = app.Url };
        storage.Faults = request => request is { Service: StorageService.Queue, Verb: "put" } ? StorageFault.HoldAfter : StorageFault.None;

        var posting = client.PostAsJsonAsync("api/emails", Mail, Cancellation);
        await storage.Held.WaitForCountAsync(1, Cancellation);
        await app.KillAsync();
        storage.Faults = _ => StorageFault.None;
        storage.Release();

        await Assert.ThrowsAsync<HttpRequestException>(() => posting);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(137, await app.Exited);
        await using var again = await AppProcess.StartAsync(Options(storage.ConnectionString, relay) with { Port = app.Url.Port }, Cancellation);
        Assert.Equal(app.Url, again.Url);
        Assert.NotEqual(app.Id, again.Id);
    }

    [Fact]
    public async Task A_process_that_cannot_start_reports_why()
    {
        await using var relay = new ScriptedSmtpServer();
        var options = Options(azurite.TakeAzuriteAccount(), relay) with { Settings = new Dictionary<string, string> { [TestSettings.QueueInvisibility] = "soon" } };

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => AppProcess.StartAsync(options, Cancellation));

        Assert.Contains("exit code 1", failed.Message, StringComparison.Ordinal);
        Assert.Contains("LocalHost:QueueInvisibility", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disposing_kills_what_still_runs()
    {
        await using var relay = new ScriptedSmtpServer();
        var app = await AppProcess.StartAsync(Options(azurite.TakeAzuriteAccount(), relay), Cancellation);

        await app.DisposeAsync();

        Assert.True(app.Exited.IsCompletedSuccessfully);
    }

    private static AppProcessOptions Options(string storage, ScriptedSmtpServer relay) => TestApp.On(storage).WithRelay(relay).ToProcess();
}
