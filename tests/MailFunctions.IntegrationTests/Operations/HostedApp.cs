using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Functions;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Operations;

/// <summary>The published app under the stand-in of the Functions host, with a relay and a storage account of its own.</summary>
internal sealed class HostedApp : IAsyncDisposable
{
    private static readonly (string Key, string Value)[] Settings =
    [
        (TestSettings.CreateMissing, "true"),
        (TestSettings.AllowedSenders, "example.com"),
        (TestSettings.HttpInstances, "1"),
    ];

    private HostedApp(ScriptedSmtpServer relay, FunctionsHost host, string storage)
    {
        Relay = relay;
        Host = host;
        Storage = storage;
        Client = new HttpClient { BaseAddress = new Uri(host.Url, "api/"), Timeout = Hang.After };
    }

    public ScriptedSmtpServer Relay { get; }

    public FunctionsHost Host { get; }

    public HttpClient Client { get; }

    /// <summary>The connection string of its storage.</summary>
    public string Storage { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Skips the test where the package does not run.</summary>
    public static async Task<HostedApp> StartAsync(AzuriteFixture azurite, params IReadOnlyList<(string Key, string Value)> settings)
    {
        Assert.SkipUnless(PublishedApp.RunsHere, PublishedApp.OnlyOnLinux);
        var storage = azurite.TakeAzuriteAccount();
        var relay = new ScriptedSmtpServer();
        try
        {
            var host = await FunctionsHost.StartAsync(
                new FunctionsHostOptions
                {
                    Package = await PublishedApp.FolderAsync(),
                    StorageConnectionString = storage,
                    RelayUrl = TestSettings.RelayUrl(relay.Port),
                    // Half a minute as deployed.
                    VisibilityTimeout = TimeSpan.FromMilliseconds(200),
                    Settings = settings.Concat(Settings).ToDictionary(setting => setting.Key, setting => setting.Value),
                },
                Cancellation);
            var app = new HostedApp(relay, host, storage);
            // The worker gives the two halves of a call five seconds to meet, which the first may exceed on a busy machine.
            await Eventually.TrueAsync(app.IsHealthyAsync, "health");
            return app;
        }
        catch
        {
            await relay.DisposeAsync();
            throw;
        }
    }

    public static object Mail(string to, string lane = "transactional") =>
        new { from = "me@example.com", to = new[] { to }, subject = "From the package", text = "Hello.", lane, on_uncertain = "retry" };

    /// <returns>The ids of accepted mails.</returns>
    public async Task<IReadOnlyList<string>> SubmitBatchAsync(IEnumerable<object> mails)
    {
        using var answer = await Client.PostAsJsonAsync("emails/batch", mails, Cancellation);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, body.ToString());
        return [.. body.GetProperty("data").EnumerateArray().Select(mail => mail.GetProperty("id").GetString()!)];
    }

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path, Cancellation);

    public Task SentAsync(string id) => Eventually.TrueAsync(() => IsSentAsync(id), $"mail {id} sent");

    /// <summary>False also where no answer comes, as of a worker that starts anew.</summary>
    public async Task<bool> IsSentAsync(string id)
    {
        using var answer = await Client.GetAsync($"emails/{id}", Cancellation);
        return answer.IsSuccessStatusCode && (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("status").GetString() == "sent";
    }

    private async Task<bool> IsHealthyAsync()
    {
        using var answer = await Client.GetAsync("health", Cancellation);
        return answer.IsSuccessStatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
