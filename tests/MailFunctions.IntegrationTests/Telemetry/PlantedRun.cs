using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Storage.Queues;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Keys;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.Keys;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Telemetry;

/// <summary>A run of the app at its most talkative in which everything that must stay private has <see cref="Mark"/> in it.</summary>
internal sealed class PlantedRun : IAsyncDisposable
{
    public const string Mark = "pl4nted";
    public const string Password = Mark + "-password";
    public const string Token = Mark + "-token";
    public const string FunctionKey = Mark + "-function-key";

    private readonly List<string> _ids = [];

    private PlantedRun(TelemetryScene scene, IdentityEndpoint identity, string apiKey) => (Scene, Identity, ApiKey) = (scene, identity, apiKey);

    public TelemetryScene Scene { get; }

    /// <summary>Made by the app itself, so that it has no mark.</summary>
    public string ApiKey { get; }

    public string Health { get; private set; } = "";

    private IdentityEndpoint Identity { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<PlantedRun> StartAsync(AzuriteFixture azurite)
    {
        var identity = await IdentityEndpoint.StartAsync(Mark + "-identity-header", Token, Cancellation);
        var scene = await TelemetryScene.StartAsync(azurite, port =>
        [
            (TestSettings.Relay("Url"), ""),
            (TestSettings.Relay("Name"), ""),
            (TestSettings.Relay("password", "Url"), $"smtp://{Mark}-user:{Password}@127.0.0.1:{port}?starttls=none"),
            (TestSettings.Relay("password", "Match:Lane"), "transactional"),
            (TestSettings.Relay("token", "Url"), TestSettings.RelayUrl(port)),
            (TestSettings.Relay("token", "User"), $"{Mark}-mailbox@example.com"),
            (TestSettings.Relay("token", "Auth"), "xoauth2"),
            (TestSettings.Relay("token", "OAuth:Scope"), "https://outlook.office365.com/.default"),
            (TestSettings.Relay("token", "OAuth:ManagedIdentityClientId"), "11111111-1111-1111-1111-111111111111"),
            (TestSettings.Relay("token", "Match:Lane"), "bulk"),
            (TestSettings.FunctionKey, FunctionKey),
            ("Logging:LogLevel:Default", "Trace"),
            ("Logging:LogLevel:Microsoft", "Trace"),
            ("Logging:LogLevel:System.Net.Http", "Trace"),
            ("Logging:LogLevel:Azure", "Trace"),
            .. identity.Settings,
        ]);
        scene.Relay.Script = exchange => exchange switch
        {
            { Verb: "RCPT", LocalPart: Mark + "-nobody" } => SmtpAction.Reply($"550 5.1.1 <{exchange.Address}> {Mark} is unknown here"),
            { Verb: "RCPT", LocalPart: Mark + "-busy", Seen: 1 } => SmtpAction.Reply($"450 4.2.0 <{exchange.Address}> {Mark} is busy"),
            { Verb: SmtpExchange.FinalDot } => SmtpAction.Reply($"250 2.0.0 Taken from <{exchange.Sender}> as {Mark}"),
            _ => null,
        };
        var desk = await ApiKeyAdministration.OpenAsync(TestStorage.Setting(scene.Storage), Cancellation);
        return new PlantedRun(scene, identity, await desk.AddAsync(ApiKeysTests.Terms, Cancellation));
    }

    /// <summary>Does once what can be done, well or wrongly, and ends the app when all of it has come to an end.</summary>
    public async Task RunAsync()
    {
        await SendAsync();
        await AskAsync();
        await MisuseAsync();
        await PutUnreadableAsync();
        foreach (var timer in (string[])["Dispatch", "CompileStatistics"])
            await CallAsync(HttpMethod.Post, $"admin/functions/{timer}");
        await Eventually.NothingIsMissingAsync(MissingAsync, () => Task.FromResult(string.Join('\n', Scene.App.Output)));
        Health = (await CallAsync(HttpMethod.Get, "api/health")).Body;
        if (AppProcess.CanStop)
            await Scene.App.StopAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Scene.DisposeAsync();
        await Identity.DisposeAsync();
    }

    private static Dictionary<string, object> Mail(string to, string lane = "transactional", string? template = null)
    {
        var mail = new Dictionary<string, object>
        {
            ["from"] = $"{Mark} Shop <{Mark}-shop@example.com>",
            ["to"] = new[] { $"{Mark}-{to}@example.com" },
            ["bcc"] = $"{Mark}-bcc@example.com",
            ["headers"] = new Dictionary<string, string> { ["X-Order"] = Mark },
            ["tags"] = new[] { new { name = "kind", value = Mark } },
            ["attachments"] = new[] { new { filename = $"{Mark}.txt", content = Convert.ToBase64String(Encoding.UTF8.GetBytes(Mark)) } },
            ["lane"] = lane,
        };
        if (template is null)
            (mail["subject"], mail["text"]) = ($"About {Mark}", $"The body of {Mark}");
        else
            mail["template"] = new { name = template, variables = new { name = Mark } };
        return mail;
    }

    private async Task SendAsync()
    {
        await CallAsync(HttpMethod.Put, "api/templates/welcome", new { subject = $"{Mark} {{{{ name }}}}", text = $"Hello {Mark} {{{{ name }}}}" });
        await CallAsync(HttpMethod.Post, "api/templates/welcome/render", new { variables = new { name = Mark } });
        await CallAsync(HttpMethod.Put, $"api/suppressions/{Mark}-suppressed@example.com", new { reason = "unsubscribe" });
        foreach (var to in (string[])["ada", "nobody", "busy", "suppressed"])
            await AcceptAsync("api/emails", Mail(to));
        await AcceptAsync("api/emails", Mail("ada", template: "welcome"));
        await AcceptAsync("api/emails", Mail("ada"), ("Idempotency-Key", $"{Mark}-idempotency"));
        await AcceptAsync("api/emails", Mail("ada"), ("Idempotency-Key", $"{Mark}-idempotency"));
        await CallAsync(HttpMethod.Post, "api/emails/batch", new { emails = new[] { Mail("ada", "bulk"), Mail("eve", "bulk") } });
        await CallAsync(HttpMethod.Post, "api/resend/emails", Resend("ada"), ("Authorization", $"Bearer {ApiKey}"));
    }

    private static object Resend(string to) => new { from = $"{Mark}-shop@example.com", to = $"{Mark}-{to}@example.com", subject = Mark, text = Mark };

    private async Task AskAsync()
    {
        foreach (var path in (string[])
            [
                $"api/emails/{_ids[0]}", $"api/emails/{_ids[0]}/explain", $"api/emails?recipient={Mark}-ada@example.com", $"api/emails?tag=kind:{Mark}",
                $"api/suppressions/{Mark}-suppressed@example.com", "api/suppressions", "api/statistics?granularity=hour&dimension=tag",
            ])
            await CallAsync(HttpMethod.Get, path);
        await CallAsync(HttpMethod.Delete, $"api/suppressions/{Mark}-suppressed@example.com");
    }

    private async Task MisuseAsync()
    {
        await CallAsync(HttpMethod.Post, "api/emails", new { from = Mark, to = $"{Mark} {Mark}", subject = Mark, unknown = Mark });
        await CallAsync(HttpMethod.Post, "api/emails", new { from = $"{Mark}@elsewhere.example", to = $"{Mark}@example.com", subject = Mark, text = Mark }, ("Idempotency-Key", $"{Mark}-idempotency"));
        await CallAsync(HttpMethod.Get, $"api/{Mark}-ada@example.com?code={Mark}");
        await CallAsync(HttpMethod.Post, "api/resend/emails", Resend("ada"), ("Authorization", $"Bearer mf_{Mark}"));
        await CallAsync(HttpMethod.Post, "api/resend/emails", Resend("ada"), ("Authorization", $"Bearer {ApiKey}x"));
        foreach (var request in MalformedRequests.Of(Mark))
            await RawHttp.SendAsync(Scene.App.Url.Port, request, Cancellation);
        using var malformed = new StringContent($"{{\"from\": {Mark}", Encoding.UTF8, "application/json");
        using var answer = await Scene.Client.PostAsync(new Uri($"api/emails?code={FunctionKey}", UriKind.Relative), malformed, Cancellation);
        using var refused = await Scene.Client.GetAsync(new Uri($"api/emails?code={Mark}-wrong", UriKind.Relative), Cancellation);
        Assert.Equal((400, 401), ((int)answer.StatusCode, (int)refused.StatusCode));
    }

    private async Task PutUnreadableAsync()
    {
        foreach (var queue in (string[])[StorageNames.TransactionalQueue, StorageNames.TransactionalQueue + StorageNames.PoisonSuffix])
            await new QueueClient(Scene.Storage, queue).SendMessageAsync($$"""{"to":"{{Mark}}-ada@example.com"}""", Cancellation);
    }

    private async Task<string?> MissingAsync()
    {
        foreach (var id in _ids)
        {
            var status = JsonDocument.Parse((await CallAsync(HttpMethod.Get, $"api/emails/{id}")).Body).RootElement.GetProperty("status").GetString();
            if (status is not ("sent" or "failed" or "partial" or "suppressed"))
                return $"{id} is {status}";
        }

        if (!(await CallAsync(HttpMethod.Get, "api/dead-letters")).Body.Contains(Mark, StringComparison.Ordinal))
            return "the dead letter";
        if (!Scene.App.Output.Any(line => line.Contains("cannot be read", StringComparison.Ordinal)))
            return "the failure on the unreadable message";
        return Scene.Relay.Exchanges.Any(exchange => exchange.Secret == Token) ? null : "the token at the relay";
    }

    private async Task AcceptAsync(string path, object body, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var (status, text) = await CallAsync(HttpMethod.Post, path, body, headers);
        Assert.True(status == 202, $"{status}: {text}");
        _ids.Add(JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!);
    }

    /// <summary>With the key, in the query or in a header by turns.</summary>
    private async Task<(int Status, string Body)> CallAsync(
        HttpMethod method, string path, object? body = null, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var inQuery = method == HttpMethod.Get;
        var query = inQuery ? $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}code={FunctionKey}" : "";
        using var request = new HttpRequestMessage(method, new Uri(path + query, UriKind.Relative));
        if (!inQuery)
            request.Headers.Add("x-functions-key", FunctionKey);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(Mark, "1"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = JsonContent.Create(body);
        using var answer = await Scene.Client.SendAsync(request, Cancellation);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
