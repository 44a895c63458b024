using System.Net;
using System.Text.Json;
using MailFunctions.IntegrationTests.Api.Reference;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

/// <summary>A page of another site in a real browser, which has all ways that a page has.</summary>
public sealed class ForeignPageTests
{
    private const string Site = "evil.example";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_foreign_page_in_a_browser_can_read_delete_and_call_nothing()
    {
        Assert.SkipWhen(Browser.Path is null, "There is no Chromium in /usr/bin.");
        var calls = new Calls();
        await using var functions = await RunningFunctions.StartAsync([typeof(Things)], services => services.AddSingleton(calls));
        await using var inbox = await StartedInbox.StartAsync();
        await SendAsync(inbox.SmtpPort);
        var port = functions.Client.BaseAddress!.Port;
        await using var site = await ServeAsync($$"""
            <!doctype html><body><pre id="told"></pre><script>
            const told = (what) => { document.getElementById('told').textContent += what + '\n'; };
            const attempt = (name, address, options) => fetch(address, options)
              .then(async (answer) => told(`${name}: ${answer.type} ${answer.status} ${await answer.text()}`), () => told(`${name}: failed`));
            const inbox = 'http://127.0.0.1:{{inbox.WebPort}}', functions = 'http://127.0.0.1:{{port}}';
            attempt('read', `${inbox}/api/email`, { credentials: 'include' });
            attempt('delete', `${inbox}/api/email/all`, { method: 'DELETE' });
            attempt('reload', `${inbox}/api/reloadMailsFromDirectory`, { mode: 'no-cors' });
            attempt('call', `${functions}/api/things/1`, { method: 'POST', mode: 'no-cors', body: '{}', headers: { 'Content-Type': 'text/plain' } });
            attempt('get', `${functions}/api/things/1`);
            const socket = new WebSocket(`ws://127.0.0.1:{{inbox.WebPort}}/socket.io/?EIO=4&transport=websocket`);
            socket.onopen = () => told('socket: open');
            socket.onerror = () => told('socket: failed');
            </script><img src="http://127.0.0.1:{{port}}/api/things/2"><iframe src="http://127.0.0.1:{{port}}/api/things/3"></iframe>
            <form id="form" method="post" target="other" action="http://127.0.0.1:{{port}}/api/things/4"></form><iframe name="other"></iframe>
            <script>document.getElementById('form').submit();</script>
            """);

        var (page, _, _) = await Browser.OpenAsync(new Uri($"http://{Site}:{Port(site)}/"), Cancel, $"MAP {Site} 127.0.0.1");

        foreach (var name in (string[])["read", "delete", "get", "socket"])
            Assert.Contains($"{name}: failed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        Assert.Empty(calls.Ids);
        using var client = new HttpClient();
        var mails = await client.GetStringAsync(new Uri($"http://127.0.0.1:{inbox.WebPort}/api/email"), Cancel);
        Assert.Equal(1, JsonDocument.Parse(mails).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task A_name_that_was_made_to_point_to_this_machine_opens_nothing()
    {
        Assert.SkipWhen(Browser.Path is null, "There is no Chromium in /usr/bin.");
        var calls = new Calls();
        await using var functions = await RunningFunctions.StartAsync([typeof(Things)], services => services.AddSingleton(calls));

        var (page, _, _) = await Browser.OpenAsync(new Uri($"http://{Site}:{functions.Client.BaseAddress!.Port}/api/things/1"), Cancel, $"MAP {Site} 127.0.0.1");

        Assert.Contains("Refused: the Host", page, StringComparison.Ordinal);
        Assert.Empty(calls.Ids);
    }

    [Fact]
    public async Task A_link_on_a_foreign_page_opens_the_address()
    {
        Assert.SkipWhen(Browser.Path is null, "There is no Chromium in /usr/bin.");
        var calls = new Calls();
        await using var functions = await RunningFunctions.StartAsync([typeof(Things)], services => services.AddSingleton(calls));
        await using var site = await ServeAsync($"<!doctype html><a id=\"link\" href=\"{functions.Client.BaseAddress}api/things/1\">x</a><script>document.getElementById('link').click();</script>");

        var (page, _, _) = await Browser.OpenAsync(new Uri($"http://{Site}:{Port(site)}/"), Cancel, $"MAP {Site} 127.0.0.1");

        Assert.Contains("thing 1", page, StringComparison.Ordinal);
        Assert.Equal(["1"], calls.Ids);
    }

    private static async Task SendAsync(int port)
    {
        using var mail = new MimeMessage { Subject = "secret", Body = new TextPart("plain") { Text = "secret" } };
        mail.From.Add(new MailboxAddress("", "a@example.com"));
        mail.To.Add(new MailboxAddress("", "b@example.com"));
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None, Cancel);
        await client.SendAsync(mail, Cancel);
        await client.DisconnectAsync(true, Cancel);
    }

    private static async Task<WebApplication> ServeAsync(string html)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync(html);
        });
        await app.StartAsync(Cancel);
        return app;
    }

    private static int Port(WebApplication app) => new Uri(app.Urls.First()).Port;

    internal sealed class Calls
    {
        public List<string> Ids { get; } = [];
    }

    internal sealed class Things(Calls calls)
    {
        [Function("Things")]
        public IResult Run([HttpTrigger(AuthorizationLevel.Function, "get", "post", Route = "things/{id}")] HttpRequest request, string id)
        {
            Assert.NotNull(request);
            lock (calls.Ids)
                calls.Ids.Add(id);
            return Results.Text($"thing {id}");
        }
    }
}
