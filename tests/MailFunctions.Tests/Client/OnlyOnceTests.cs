using System.Net;
using System.Net.Sockets;
using System.Text;
using MailFunctions.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Client;

/// <summary>Decisions that send mail: a second one may send twice, without anybody's word.</summary>
public sealed class OnlyOnceTests
{
    private const string Id = "01a207c4-6712-7000-9c40-f48fcae410f2";

    private const string Changed = $$"""{"id":"{{Id}}","status":"queued"}""";

    private const string Counted = """{"dry_run":false,"matched":1,"done":1,"more":false}""";

    private readonly ImpatientClock _clock = new(new MailFunctionsClientOptions().Timeout);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, Func<HttpContext, Task>> Unknown => new()
    {
        { "a dropped connection", ScriptedApi.Drop },
        { "an answer that breaks off", ScriptedApi.BreakOff },
        { "no answer in time", ScriptedApi.Stall },
        { "408", ScriptedApi.Answer(408) },
        { "500", ScriptedApi.Refuse(500, ProblemName.InternalError) },
        { "503", ScriptedApi.Refuse(503, ProblemName.StorageUnavailable) },
    };

    [Theory]
    [MemberData(nameof(Unknown), DisableDiscoveryEnumeration = true)]
    public async Task Decisions_are_not_retried_when_they_may_have_been_carried_out(string what, Func<HttpContext, Task> failure)
    {
        await using var api = await ScriptedApi.StartAsync(failure);
        var clock = new FakeTimeProvider();
        var client = api.Client(clock: clock);

        await Assert.ThrowsAsync<MailFunctionsException>(() => api.PassTimeAsync(clock, 1, client.ResolveAsync(Id, DecisionName.Retry, Cancel)));
        await Assert.ThrowsAsync<MailFunctionsException>(() => api.PassTimeAsync(clock, 2, client.RequeueAsync(Id, Cancel)));
        await Assert.ThrowsAsync<MailFunctionsException>(
            () => api.PassTimeAsync(clock, 3, client.RequeueManyAsync(EmailStatus.Uncertain, dryRun: false, cancellationToken: Cancel)));

        Assert.True(api.Requests.Count == 3, what);
    }

    [Fact]
    public async Task Decisions_are_retried_after_429()
    {
        await using var api = await ScriptedApi.StartAsync(ScriptedApi.Answer(429), ScriptedApi.Answer(200, Changed));

        Assert.Equal("queued", (await api.Client(clock: _clock).RequeueAsync(Id, Cancel)).Status);

        Assert.Equal(2, api.Requests.Count);
    }

    [Fact]
    public async Task Decisions_are_retried_when_no_connection_could_be_opened()
    {
        var api = await ScriptedApi.StartAsync(ScriptedApi.Drop);
        var client = api.Client(clock: _clock);
        await api.DisposeAsync();

        await Assert.ThrowsAsync<MailFunctionsException>(() => client.RequeueAsync(Id, Cancel));

        Assert.Equal(new MailFunctionsClientOptions().MaxRetries, _clock.Waits.Count);
    }

    [Fact]
    public async Task Decisions_that_send_nothing_are_made_again()
    {
        await using var api = await ScriptedApi.StartAsync(
            ScriptedApi.Drop, ScriptedApi.Answer(200, Changed), ScriptedApi.Drop, ScriptedApi.Answer(200, Changed), ScriptedApi.Drop, ScriptedApi.Answer(200, Counted));
        var client = api.Client(clock: _clock);

        await client.ResolveAsync(Id, DecisionName.Sent, Cancel);
        await client.DiscardAsync(Id, Cancel);
        await client.RequeueManyAsync(EmailStatus.Dead, cancellationToken: Cancel);

        Assert.Equal(6, api.Requests.Count);
    }

    /// <summary>Nor by the HTTP client, which takes the end of a connection that was open for one that idled too long.</summary>
    [Fact]
    public async Task Decisions_are_not_retried_on_a_new_connection_when_the_open_one_ends()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var requests = 0;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var served = ServeAsync(over.Token);
        var client = new MailFunctionsClient(
            new HttpClient(), new MailFunctionsClientOptions { BaseAddress = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/api") });

        await client.DiscardAsync(Id, Cancel);
        await Assert.ThrowsAsync<MailFunctionsException>(() => client.RequeueAsync(Id, Cancel));

        await over.CancelAsync();
        await served;
        Assert.Equal(2, requests);

        // Answers the first request of all, and ends the connection after each other.
        async Task ServeAsync(CancellationToken untilOver)
        {
            try
            {
                while (true)
                {
                    using var connection = await listener.AcceptTcpClientAsync(untilOver);
                    var stream = connection.GetStream();
                    using var reader = new StreamReader(stream, Encoding.ASCII);
                    while (await reader.ReadLineAsync(untilOver) is { } line)
                    {
                        if (line.Length > 0)
                            continue;
                        if (++requests > 1)
                            break;
                        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Changed.Length}\r\n\r\n{Changed}"), untilOver);
                    }
                }
            }
            catch (OperationCanceledException)
            {
                // The test has seen enough.
            }
        }
    }
}
