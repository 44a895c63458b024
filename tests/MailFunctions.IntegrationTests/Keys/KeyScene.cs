using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using MailFunctions.IntegrationTests.Api.Reference;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.Keys;
using MailFunctions.LocalHost;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Keys;

/// <summary>All functions, with a function key, and whoever makes API keys for them.</summary>
internal sealed class KeyScene : IAsyncDisposable
{
    public const string FunctionKey = "kept-between-us";

    private readonly ScriptedSmtpServer _relay;

    private KeyScene(RunningFunctions functions, ApiKeyAdministration administration, ScriptedSmtpServer relay) => (Functions, Administration, _relay) = (functions, administration, relay);

    public RunningFunctions Functions { get; }

    public ApiKeyAdministration Administration { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<KeyScene> StartAsync(AzuriteFixture azurite, params IEnumerable<(string Key, string Value)> more) => StartAsync(azurite.TakeAccount(), more);

    public static async Task<KeyScene> StartAsync(string account, params IEnumerable<(string Key, string Value)> more)
    {
        var relay = new ScriptedSmtpServer();
        // Without the timers and the queues: what becomes of the mails is not the matter.
        var functions = await TestApp.On(account).WithRelay(relay).With(more).ServeAsync(ContractScene.Triggers(), options: new LocalHostOptions { FunctionKey = FunctionKey });
        return new KeyScene(functions, await ApiKeyAdministration.OpenAsync(TestStorage.Setting(account), Cancellation), relay);
    }

    /// <summary>Makes a key for any sender.</summary>
    public Task<string> MakeKeyAsync(params IReadOnlyList<string> rights) => MakeKeyAsync(new KeyTerms { Rights = rights });

    /// <summary>Makes a key of these terms; for any sender, if none is named.</summary>
    public Task<string> MakeKeyAsync(KeyTerms terms) =>
        Administration.AddAsync(terms with { Name = "a test", Senders = terms.Senders.Count == 0 ? ["*"] : terms.Senders }, Cancellation);

    /// <summary>Makes a call with an API key alone.</summary>
    /// <param name="path">Below <c>keyed/</c>, or below <c>api</c> if it begins with a slash.</param>
    public Task<KeyAnswer> CallAsync(string method, string path, string? apiKey, string? body = null, params IReadOnlyList<(string Name, string Value)> headers) =>
        SendAsync(method, path[0] == '/' ? path[1..] : $"keyed/{path}", functionKey: null, apiKey, body, headers);

    /// <param name="path">Below <c>api</c>.</param>
    public async Task<KeyAnswer> SendAsync(string method, string path, string? functionKey, string? apiKey, string? body = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Parse(method.ToUpperInvariant()), new Uri(Functions.Client.BaseAddress!, $"api/{path}"));
        if (functionKey is not null)
            request.Headers.Add("x-functions-key", functionKey);
        if (apiKey is not null && path.StartsWith("resend/", StringComparison.Ordinal))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", apiKey);
        else if (apiKey is not null)
            request.Headers.Add("X-Api-Key", apiKey);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await Functions.Client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return new KeyAnswer((int)answer.StatusCode, text.Length == 0 || answer.Content.Headers.ContentType?.MediaType == "application/x-ndjson" ? default : JsonElement.Parse(text));
    }

    public static string Mail(string from = "shop@example.com", string to = "ada@example.net", string more = "") =>
        $$"""{"from":"{{from}}","to":"{{to}}","subject":"Hello","text":"Hello you"{{more}}}""";

    /// <returns>The id of an accepted mail.</returns>
    public async Task<string> SubmitAsync(string? apiKey, string mail)
    {
        var answer = apiKey is null ? await SendAsync("POST", "emails", FunctionKey, apiKey: null, mail) : await CallAsync("POST", "emails", apiKey, mail);
        Assert.True(answer.Status == 202, answer.ToString());
        return answer.Body.GetProperty("id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await Functions.DisposeAsync();
        await _relay.DisposeAsync();
    }
}

internal sealed record KeyAnswer(int Status, JsonElement Body)
{
    /// <summary>The name of a problem; null for another answer.</summary>
    public string? Problem => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("name", out var name) && Status >= 400 ? name.GetString() : null;

    public IReadOnlyList<string> Ids => [.. Body.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    public string? After => Body.GetProperty("after").GetString();

    public override string ToString() => $"{Status} {(Body.ValueKind == JsonValueKind.Undefined ? "" : Body.GetRawText())}";
}
