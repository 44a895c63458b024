using System.Net.Http.Json;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Otlp;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>The app as a process of its own that exports to a collector.</summary>
internal sealed class TelemetryScene : IAsyncDisposable
{
    private TelemetryScene(OtlpCollector collector, ScriptedSmtpServer relay, AppProcess app, string storage)
    {
        (Collector, Relay, App, Storage) = (collector, relay, app, storage);
        Client = new HttpClient { BaseAddress = app.Url };
    }

    public OtlpCollector Collector { get; }

    public ScriptedSmtpServer Relay { get; }

    public AppProcess App { get; }

    /// <summary>The connection string.</summary>
    public string Storage { get; }

    public HttpClient Client { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<TelemetryScene> StartAsync(AzuriteFixture azurite) => StartAsync(azurite, _ => []);

    /// <param name="settings">Beyond the usual, by the relay's port.</param>
    public static async Task<TelemetryScene> StartAsync(AzuriteFixture azurite, Func<int, IEnumerable<(string Key, string Value)>> settings)
    {
        var storage = azurite.TakeAccount();
        var relay = new ScriptedSmtpServer();
        var collector = await OtlpCollector.StartAsync(Cancellation);
        var app = await AppProcess.StartAsync(
            TestApp.On(storage)
                .WithRelay(relay)
                .With(collector.Settings.Select(setting => (setting.Key, setting.Value)))
                .With(settings(relay.Port))
                .ToProcess(),
            Cancellation);
        return new TelemetryScene(collector, relay, app, storage);
    }

    /// <returns>The id of what was accepted.</returns>
    /// <param name="apiKey">The API key that the call has; null for none.</param>
    public async Task<string> PostAsync(string path, object body, string? apiKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = JsonContent.Create(body) };
        if (apiKey is not null)
            request.Headers.Add(ApiHeaders.ApiKey, apiKey);
        using var answer = await Client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)answer.StatusCode == 202, $"{answer.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    /// <summary>Makes an API key that sends.</summary>
    public async Task<string> MakeKeyAsync()
    {
        using var made = await Client.PostAsJsonAsync(new Uri("api/keys", UriKind.Relative), new { name = "a test", rights = new[] { KeyRight.Send }, senders = new[] { "*" } }, Cancellation);
        made.EnsureSuccessStatusCode();
        return (await made.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("key").GetString()!;
    }

    /// <summary>The span of the attempt, which is exported when everything below it is.</summary>
    public Task<OtlpSpan> AttemptAsync(string id, int attempt) => Eventually.ComesAsync(
        Collector.Spans.WaitForAsync(
            span => span.Name == "attempt" && span.Attributes["mailfunctions.email.id"] == id && span.Attributes["mailfunctions.attempt"] == $"{attempt}", Cancellation),
        $"the span of attempt {attempt}");

    public Task<OtlpSpan> SpanAsync(Func<OtlpSpan, bool> fits, string what) =>
        Eventually.ComesAsync(Collector.Spans.WaitForAsync(fits, Cancellation), what);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        await Collector.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
