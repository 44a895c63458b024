using System.Text.Json;
using System.Text.RegularExpressions;
using MailFunctions.Api.Statistics;
using MailFunctions.Api.Suppressions;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Statistics;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using MailFunctions.Triggers;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Unsubscription;

/// <summary>An app that sends, and the address of its links on the local host, on one storage account behind a proxy.</summary>
internal sealed partial class UnsubscribeScene : IAsyncDisposable
{
    public const string PublicUrl = "https://mail.example.com/shop";

    /// <summary>Each delivery looks at the list as it is.</summary>
    private static readonly SuppressionAges AlwaysNew = SuppressionAges.Default with { Fresh = TimeSpan.Zero };

    private UnsubscribeScene(StorageProxy storage, ScriptedSmtpServer relay, TestApp app, RunningFunctions site) => (Storage, Relay, App, Site) = (storage, relay, app, site);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public StorageProxy Storage { get; }

    public ScriptedSmtpServer Relay { get; }

    public TestApp App { get; }

    public RunningFunctions Site { get; }

    public static async Task<UnsubscribeScene> StartAsync(AzuriteFixture azurite, params IReadOnlyList<(string, string)> settings)
    {
        var storage = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var relay = new ScriptedSmtpServer();
        var builder = TestApp.On(storage).WithRelay(relay).WithService(AlwaysNew).With("MailFunctions:PublicUrl", PublicUrl).With(settings);
        return new UnsubscribeScene(storage, relay, await builder.StartAsync(), await builder.ServeAsync([typeof(ShowUnsubscribe), typeof(Unsubscribe)]));
    }

    /// <param name="unsubscribe">The value of the field.</param>
    public static string Mail(string unsubscribe = "true", string lane = "bulk", string to = "ada@example.com", string more = "") =>
        $$"""{"from":"Shop <shop@example.org>","to":"{{to}}","subject":"News","text":"News. https://unsubscribe.invalid/","html":"<a href=\"https://unsubscribe.invalid\">leave</a>","lane":"{{lane}}","unsubscribe":{{unsubscribe}}{{more}}}""";

    /// <summary>Sends a mail, and returns it with the token of its link.</summary>
    public async Task<(EmailId Id, ReceivedMail Mail, string Token)> SendAsync(string json)
    {
        var before = Relay.Mails.Count;
        var id = await App.SubmitAsync(json, Cancellation);
        await App.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        var mail = Relay.Mails.ToList()[before];
        return (id, mail, TokenOf(mail));
    }

    public static string TokenOf(ReceivedMail mail) => Token().Match(mail.Header("List-Unsubscribe")!).Groups[1].Value;

    public Task<HttpResponseMessage> PostAsync(string token, HttpContent? body = null) => Site.Client.PostAsync(new Uri($"/api/u/{token}", UriKind.Relative), body, Cancellation);

    /// <summary>All entries of the list, in words.</summary>
    public async Task<string> ListedAsync()
    {
        var (_, body) = await App.CallAsync((SuppressionCalls calls, HttpRequest request) => calls.ListAsync(request, Caller.Operator, Cancellation));
        return string.Join("; ", body.GetProperty("data").EnumerateArray().Select(InWords).Order(StringComparer.Ordinal));
    }

    /// <summary>Compiles the statistics, and returns the number of those who unsubscribed.</summary>
    public async Task<JsonElement> TotalAsync(string query)
    {
        await App.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        var (_, body, _) = await App.AnswerAsync(
            context =>
            {
                context.Request.QueryString = new QueryString(query);
                return App.Get<StatisticsReader>().ReadAsync(context.Request, Cancellation);
            },
            Cancellation);
        return body.RootElement.GetProperty("totals")[0];
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await App.DisposeAsync();
        await Relay.DisposeAsync();
        await Storage.DisposeAsync();
    }

    private static string InWords(JsonElement entry) =>
        $"{entry.GetProperty("address")} {entry.GetProperty("reason")} {entry.GetProperty("scope")}{(entry.TryGetProperty("topic", out var topic) ? $" {topic}" : "")}{(entry.GetProperty("expires_at").ValueKind == JsonValueKind.Null ? "" : " until")}";

    [GeneratedRegex("<https://mail\\.example\\.com/shop/api/u/([A-Za-z0-9_-]+)>")]
    private static partial Regex Token();
}
