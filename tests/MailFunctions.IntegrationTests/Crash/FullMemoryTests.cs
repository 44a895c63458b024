using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>The app under a hard limit of its heap, and callers that would fill it.</summary>
[Collection(Alone.Name)]
public sealed class FullMemoryTests(AzuriteFixture azurite)
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Large_mails_are_accepted_or_refused_with_503_and_small_ones_always_fit()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var app = await AppProcess.StartAsync(Options(relay), Cancellation);
        using var client = new HttpClient { BaseAddress = app.Url, Timeout = Timeout.InfiniteTimeSpan };
        var body = Mail(25 * MiB);
        var idle = await AnnounceAsync(app.Url, 60);

        // Others announce 2,400 MiB, and it has 768.
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, Mail(1000)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => PostAsync(client, body)));

        Assert.All(answers, status => Assert.True(status is HttpStatusCode.Accepted or HttpStatusCode.ServiceUnavailable, $"{status}"));
        Assert.Contains(HttpStatusCode.Accepted, answers);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, Mail(1000)));
        idle.ForEach(connection => connection.Dispose());
    }

    /// <summary>A request of a few bytes that comes to ten million characters.</summary>
    [Fact]
    public async Task Large_template_renderings_succeed_or_are_refused_and_leave_memory_for_other_requests()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var app = await AppProcess.StartAsync(Options(relay), Cancellation);
        using var client = new HttpClient { BaseAddress = app.Url, Timeout = Timeout.InfiniteTimeSpan };
        using var template = new StringContent(
            $$$"""{"subject":"s","html":"{% for i in (1..10000) %}{{{new string('x', 1000)}}}{% endfor %}"}""", Encoding.UTF8, "application/json");
        using (var put = await client.PutAsync(new Uri("api/templates/big", UriKind.Relative), template, Cancellation))
            Assert.Equal(HttpStatusCode.Created, put.StatusCode);
        var mail = """{"from":"a@example.org","to":"b@example.com","template":{"name":"big"}}""";
        var batch = $"[{string.Join(',', Enumerable.Repeat(mail, 300))}]";

        var answers = await Task.WhenAll(Enumerable.Range(0, 48).Select(i => (i % 3) switch
        {
            0 => PostAsync(client, Encoding.UTF8.GetBytes("{}"), "api/templates/big/render"),
            1 => PostAsync(client, Encoding.UTF8.GetBytes(mail)),
            _ => PostAsync(client, Encoding.UTF8.GetBytes(batch), "api/emails/batch"),
        }));

        // A batch that comes to more than a request may is told so.
        Assert.All(answers, status => Assert.True(
            status is HttpStatusCode.OK or HttpStatusCode.Accepted or HttpStatusCode.UnprocessableEntity or HttpStatusCode.ServiceUnavailable, $"{status}"));
        Assert.DoesNotContain(HttpStatusCode.Accepted, answers.Where((_, i) => i % 3 == 2));
        Assert.Contains(answers, status => status is HttpStatusCode.OK or HttpStatusCode.Accepted);
        Assert.Equal(HttpStatusCode.Accepted, await PostAsync(client, Mail(1000)));
    }

    private AppProcessOptions Options(ScriptedSmtpServer relay) => TestApp.On(azurite)
        .WithRelay(relay)
        .With("DOTNET_GCHeapHardLimit", (768L * MiB).ToString("X", CultureInfo.InvariantCulture))
        .With(TestSettings.Disabled("DeliverTransactional"), "true")
        .With(TestSettings.Disabled("DeliverBulk"), "true")
        .ToProcess();

    private static byte[] Mail(int length) => Encoding.UTF8.GetBytes(
        $$"""{"from":"a@example.org","to":"b@example.com","subject":"s","text":"t","attachments":[{"filename":"a.bin","content":"{{Convert.ToBase64String(new byte[length])}}"}]}""");

    private static async Task<HttpStatusCode> PostAsync(HttpClient client, byte[] body, string path = "api/emails")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        return answer.StatusCode;
    }

    /// <summary>Connections on which 40 MiB are announced, and one byte comes.</summary>
    private static async Task<List<TcpClient>> AnnounceAsync(Uri app, int count)
    {
        var connections = new List<TcpClient>();
        for (var i = 0; i < count; i++)
        {
            var connection = new TcpClient();
            await connection.ConnectAsync(app.Host, app.Port, Cancellation);
            await connection.GetStream().WriteAsync(
                Encoding.ASCII.GetBytes($"POST /api/emails HTTP/1.1\r\nHost: {app.Authority}\r\nContent-Type: application/json\r\nContent-Length: {40 * MiB}\r\n\r\n{{"), Cancellation);
            connections.Add(connection);
        }

        return connections;
    }
}
