using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Keys;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.Keys;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Triggers;

namespace MailFunctions.IntegrationTests.Api.Resend;

/// <summary>All functions on a storage account and a relay of their own, and whoever makes keys for them.</summary>
internal sealed class ResendScene : IAsyncDisposable
{
    private ResendScene(RunningFunctions functions, ApiKeyAdministration desk, ScriptedSmtpServer relay) => (Functions, Desk, Relay) = (functions, desk, relay);

    public RunningFunctions Functions { get; }

    public ApiKeyAdministration Desk { get; }

    public ScriptedSmtpServer Relay { get; }

    /// <summary>What the client is told as its base.</summary>
    public Uri BaseUrl => new(Functions.Client.BaseAddress!, "api/resend");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<ResendScene> StartAsync(AzuriteFixture azurite) => StartAsync(azurite.TakeAccount());

    public static async Task<ResendScene> StartAsync(string storage, params IEnumerable<(string Key, string Value)> more)
    {
        var relay = new ScriptedSmtpServer();
        var functions = await TestApp.On(storage)
            .WithRelay(relay)
            .With(TestSettings.AllowedSenders, "example.com,example.org")
            .With(more)
            .ServeAsync(typeof(SubmitEmail).Assembly.GetTypes(), HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json")));
        return new ResendScene(functions, await ApiKeyAdministration.OpenAsync(TestStorage.Setting(storage), Cancellation), relay);
    }

    public Task<string> MakeKeyAsync(IReadOnlyList<string>? senders = null, IReadOnlyList<string>? lanes = null) =>
        Desk.AddAsync(ApiKeysTests.Terms with { Senders = senders ?? ["*"], Lanes = lanes ?? [] }, Cancellation);

    /// <returns>The status, and the body or an empty object.</returns>
    public async Task<(int Status, JsonElement Body)> CallAsync(
        HttpMethod method, string path, string? key, object? body = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(method, new Uri($"{BaseUrl}/{path}"));
        if (body is not null)
            request.Content = JsonContent.Create(body);
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        using var answer = await Functions.Client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation));
    }

    public Task<(int Status, JsonElement Body)> SendAsync(string? key, object body, params IReadOnlyList<(string Name, string Value)> headers) =>
        CallAsync(HttpMethod.Post, "emails", key, body, headers);

    public static object Mail(string from = "shop@example.com", string? lane = null) =>
        lane is null
            ? new { from, to = "ada@example.net", subject = "Hello", text = "Hello you" }
            : new { from, to = "ada@example.net", subject = "Hello", text = "Hello you", lane };

    public async ValueTask DisposeAsync()
    {
        await Functions.DisposeAsync();
        await Relay.DisposeAsync();
    }
}
