using System.Text;
using System.Text.Json;
using Azure.Storage.Queues.Models;
using MailFunctions.Api.Emails;
using MailFunctions.Delivery;
using MailFunctions.Http;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>
/// The whole pipeline on a storage account of its own, without a host: a test takes the place of the queue listener and
/// the timers, so that it decides what happens when.
/// </summary>
internal sealed class TestApp : IAsyncDisposable
{
    private readonly IHost _host;

    public TestApp(IHost host, LogLines logs) => (_host, Logs) = (host, logs);

    /// <summary>Everything that was logged, at every level.</summary>
    public LogLines Logs { get; }

    public StorageClients Storage => Get<StorageClients>();

    public EmailLedger Ledger => Get<EmailLedger>();

    public EventLog Events => Get<EventLog>();

    /// <summary>An app on a storage account of its own.</summary>
    public static TestAppBuilder On(AzuriteFixture azurite) => On(azurite.TakeAccount());

    /// <summary>An app whose requests to storage pass through a proxy.</summary>
    public static TestAppBuilder On(StorageProxy proxy) => On(proxy.ConnectionString);

    public static TestAppBuilder On(string connectionString) => new TestAppBuilder().On(connectionString);

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
        LedgerRow row = null!;
        await Eventually.NothingIsMissingAsync(async () =>
        {
            do
                row = await RowAsync(id, cancellationToken);
            while (!states.Contains(row.State) && await DeliverNextAsync(row.Lane, cancellationToken));
            return states.Contains(row.State) ? null : $"The mail is {row.State.Name()} after attempt {row.Attempt}: {row.Reason}";
        });
        return row;
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
