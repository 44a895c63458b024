using System.Text;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using MailFunctions.Api.Emails;
using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.IntegrationTests.LocalHost;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>
/// The whole pipeline on a storage account of its own, without a host: a test takes the place of the queue listener and
/// the timers, so that it decides what happens when.
/// </summary>
internal sealed class PipelineUnderTest : IAsyncDisposable
{
    /// <summary>Short enough to wait for its end. On a busy machine it may run out under a worker, before that has begun.</summary>
    public static readonly (string Key, string Value) ShortLease = ("MailFunctions:Delivery:Lease", "00:00:03");

    private readonly IHost _host;

    private PipelineUnderTest(IHost host, LogLines logs) => (_host, Logs) = (host, logs);

    /// <summary>Everything that was logged, at every level.</summary>
    public LogLines Logs { get; }

    public StorageClients Storage => Get<StorageClients>();

    public EmailLedger Ledger => Get<EmailLedger>();

    public EventLog Events => Get<EventLog>();

    public static Task<PipelineUnderTest> StartAsync(
        string storage, ScriptedSmtpServer relay, CancellationToken cancellationToken, params IEnumerable<(string Key, string Value)> settings) =>
        StartAsync(storage, $"smtp://127.0.0.1:{relay.Port}?starttls=none", cancellationToken, settings);

    public static Task<PipelineUnderTest> StartAsync(
        string storage, string relayUrl, CancellationToken cancellationToken, params IEnumerable<(string Key, string Value)> settings) =>
        StartAsync(storage, relayUrl, settings, _ => { }, cancellationToken);

    /// <param name="change">What the test wants to be otherwise than registered.</param>
    public static Task<PipelineUnderTest> StartAsync(
        string storage, ScriptedSmtpServer relay, Action<IServiceCollection> change, CancellationToken cancellationToken) =>
        StartAsync(storage, $"smtp://127.0.0.1:{relay.Port}?starttls=none", [], change, cancellationToken);

    /// <param name="change">What the test wants to be otherwise than registered.</param>
    public static async Task<PipelineUnderTest> StartAsync(
        string storage, string relayUrl, IEnumerable<(string Key, string Value)> settings, Action<IServiceCollection> change, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["AzureWebJobsStorage"] = storage,
            ["MailFunctions:Storage:CreateMissing"] = "true",
            ["MailFunctions:AllowedSenders"] = "*",
            ["MailFunctions:Relay:Url"] = relayUrl,
            ["MailFunctions:Relay:Name"] = "relay",
            ["MailFunctions:Relay:ReplyTimeout"] = "00:00:05",
            ["MailFunctions:Delivery:Transactional:First"] = "00:00:01",
            ["MailFunctions:Delivery:Transactional:Longest"] = "00:00:01",
            ["MailFunctions:Delivery:Bulk:First"] = "00:00:01",
            ["MailFunctions:Delivery:Bulk:Longest"] = "00:00:01",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value));
        var logs = new LogLines();
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(logs).AddFilter<LogLines>(_ => true);
        builder.Services.AddMailFunctions(builder.Configuration);
        change(builder.Services);
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return new PipelineUnderTest(host, logs);
    }

    /// <summary>With several relays by name, each with the settings of the tests.</summary>
    public static Task<PipelineUnderTest> StartAsync(
        string storage,
        IEnumerable<(string Name, ScriptedSmtpServer Server)> relays,
        CancellationToken cancellationToken,
        params IEnumerable<(string Key, string Value)> settings) =>
        StartAsync(
            storage,
            relayUrl: "",
            cancellationToken,
            [
                .. relays.SelectMany(relay => new (string, string)[]
                {
                    ($"MailFunctions:Relays:{relay.Name}:Url", $"smtp://127.0.0.1:{relay.Server.Port}?starttls=none"),
                    ($"MailFunctions:Relays:{relay.Name}:ReplyTimeout", "00:00:05"),
                }),
                .. settings,
            ]);

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public static string Mail(string to = "ada@example.com", string lane = "transactional", string? more = null) =>
        $$"""{"from":"Shop <shop@example.org>","to":["{{to.Replace(",", "\",\"")}}"],"subject":"Hello","text":"Hello you","lane":"{{lane}}"{{more}}}""";

    /// <summary>Posts a body, and gives back the id of what was accepted.</summary>
    public async Task<EmailId> SubmitAsync(string json, CancellationToken cancellationToken)
    {
        var (status, body, _) = await PostAsync(json, cancellationToken);
        Assert.True(status == StatusCodes.Status202Accepted, $"{status}: {body}");
        return EmailId.Parse(body.RootElement.GetProperty("id").GetString()!);
    }

    public Task<(int Status, JsonDocument Body, IHeaderDictionary Headers)> PostAsync(string json, CancellationToken cancellationToken) =>
        AnswerAsync(context => Get<EmailIntake>().SubmitAsync(context.Request, Caller.Operator, cancellationToken), cancellationToken, Encoding.UTF8.GetBytes(json));

    public async Task<JsonElement> ReadAsync(EmailId id, CancellationToken cancellationToken) =>
        (await AnswerAsync(_ => Get<EmailReader>().ReadAsync(id.ToString(), Caller.Operator, cancellationToken), cancellationToken)).Body.RootElement;

    public async Task<LedgerRow> RowAsync(EmailId id, CancellationToken cancellationToken) =>
        await Ledger.ReadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no row of {id}.");

    /// <summary>Answers as the HTTP edge would.</summary>
    public async Task<(int Status, JsonDocument Body, IHeaderDictionary Headers)> AnswerAsync(
        Func<HttpContext, Task<IResult>> answer, CancellationToken cancellationToken, byte[]? body = null)
    {
        var context = new DefaultHttpContext { RequestServices = _host.Services };
        context.Request.Path = "/api/emails";
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = body?.Length;
        context.Request.Body = new MemoryStream(body ?? []);
        var written = new MemoryStream();
        context.Response.Body = written;
        var result = await Get<HttpEdge>().RunAsync(() => answer(context), cancellationToken);
        await result.ExecuteAsync(context);
        return (context.Response.StatusCode, JsonDocument.Parse(written.ToArray()), context.Response.Headers);
    }

    /// <summary>Takes one message from a lane's queue, as the host would, and works through it.</summary>
    /// <returns>False when none was visible.</returns>
    public async Task<bool> DeliverNextAsync(Lane lane, CancellationToken cancellationToken)
    {
        var queue = Storage.Queue(lane);
        QueueMessage? message = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(10), cancellationToken);
        if (message is null)
            return false;

        await Get<Deliverer>().DeliverAsync(lane, message, cancellationToken);
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellationToken);
        return true;
    }

    /// <summary>Delivers until the mail is in one of the states; when that does not come, says what it is in instead.</summary>
    public async Task<LedgerRow> DeliverUntilAsync(EmailId id, CancellationToken cancellationToken, params EmailState[] states)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var row = await RowAsync(id, cancellationToken);
            if (states.Contains(row.State))
                return row;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Hang.After, $"The mail is {row.State.Name()} after attempt {row.Attempt}: {row.Reason}");
            if (!await DeliverNextAsync(row.Lane, cancellationToken))
                await Task.Delay(50, cancellationToken);
        }
    }

    public async Task<int> CountMessagesAsync(string queue, CancellationToken cancellationToken) =>
        (await Storage.Queue(queue).GetPropertiesAsync(cancellationToken)).Value.ApproximateMessagesCount;

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }
}
