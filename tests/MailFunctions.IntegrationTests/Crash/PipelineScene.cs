using System.Text.Json;
using Azure.Storage.Queues.Models;
using MailFunctions.Api.Emails;
using MailFunctions.Api.Statistics;
using MailFunctions.Chaos;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>The pipeline in this process, with a storage that can fail for it alone: the host's own part, done by the test, goes around.</summary>
internal sealed class PipelineScene : IAsyncDisposable
{
    private PipelineScene(StorageProxy storage, StorageClients behind, ScriptedSmtpServer relay, TestApp pipeline)
    {
        Storage = storage;
        Behind = behind;
        Relay = relay;
        Pipeline = pipeline;
    }

    /// <summary>What the pipeline takes for its storage.</summary>
    public StorageProxy Storage { get; }

    /// <summary>The same storage without the proxy.</summary>
    public StorageClients Behind { get; }

    public ScriptedSmtpServer Relay { get; }

    public TestApp Pipeline { get; }

    /// <summary>The one mail, or the last one of a batch.</summary>
    public EmailId Id { get; private set; }

    public EmailLedger Ledger => new(Behind, NullLogger<EmailLedger>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<PipelineScene> StartAsync(AzuriteFixture azurite, params IEnumerable<(string Key, string Value)> settings)
    {
        var account = azurite.TakeAccount();
        var storage = await StorageProxy.StartAsync(account, Cancellation);
        var relay = new ScriptedSmtpServer();
        var pipeline = await TestApp.On(storage).WithRelay(relay).With(TestSettings.ShortLease).With(settings).StartAsync();
        return new PipelineScene(storage, TestStorage.Open(account), relay, pipeline);
    }

    public async Task SubmitAsync(string json) => Id = await Pipeline.SubmitAsync(json, Cancellation);

    /// <summary>Accepts a batch, of which <see cref="Id"/> is the last mail.</summary>
    public async Task SubmitBatchAsync(string json) => Id = (await Pipeline.SubmitBatchAsync(json, Cancellation)).Require(StatusCodes.Status202Accepted).Emails[^1];

    public async Task<LedgerRow> RowAsync() => (await Ledger.ReadAsync(Id, Cancellation))!;

    /// <summary>Changes the row of the mail, as nobody but a test may.</summary>
    public async Task ChangeAsync(Func<LedgerRow, LedgerRow> change) =>
        Assert.NotNull(await Ledger.TryUpdateAsync(change(await RowAsync()), Cancellation));

    /// <summary>Takes the next visible message of a queue.</summary>
    public Task<QueueMessage> TakeAsync(string queue) => Eventually.FoundAsync<QueueMessage>(
        async () => await Behind.Queue(queue).ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancellation), $"a message on {queue}", DescribeAsync);

    public Task DeleteAsync(string queue, QueueMessage message) =>
        Behind.Queue(queue).DeleteMessageAsync(message.MessageId, message.PopReceipt, Cancellation);

    /// <summary>Does what the host does with a lane's next message.</summary>
    public async Task DeliverAsync(Lane lane)
    {
        var queue = lane.QueueName();
        var message = await TakeAsync(queue);
        await Pipeline.Get<Deliverer>().DeliverAsync(lane, message, Cancellation);
        await DeleteAsync(queue, message);
    }

    /// <summary>Delivers until the mail is settled, and then what is left on the queue, which must change nothing.</summary>
    public async Task DeliverToTheEndAsync(Lane lane)
    {
        await Eventually.NothingIsMissingAsync(
            async () =>
            {
                var row = await RowAsync();
                if (!row.State.IsOpen())
                    return null;
                QueueMessage? message = await Behind.Queue(lane).ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancellation);
                if (message is null)
                    return $"the mail is {row.State.Name()}, and no message is there to move it.";
                await Pipeline.Get<Deliverer>().DeliverAsync(lane, message, Cancellation);
                await DeleteAsync(lane.QueueName(), message);
                return "the mail is not settled.";
            },
            DescribeAsync);
        while ((await Behind.Queue(lane).ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancellation)).Value is { } left)
            await Pipeline.Get<Deliverer>().DeliverAsync(lane, left, Cancellation);
    }

    /// <summary>All that anybody can see of the mail, without times and ids: equal for equal outcomes.</summary>
    public async Task<string> DescribeAsync()
    {
        await Pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        var (status, answer, _) = await Pipeline.AnswerAsync(_ => Pipeline.Get<EmailReader>().ReadAsync(Id.ToString(), Caller.Operator, Cancellation), Cancellation);
        if (status != StatusCodes.Status200OK)
            return $"GET says {status}, received {Relay.Mails.Count} times";

        var mail = answer.RootElement;
        var attempts = mail.GetProperty("attempts").EnumerateArray().Select(attempt => $"[{attempt.GetProperty("status")}: {Recipients(attempt)}]");
        return $"{mail.GetProperty("status")} after {string.Join(' ', attempts)}, {mail.GetProperty("faults")} faults, "
            + $"now {Recipients(mail)}, received for {string.Join(" and ", Relay.Mails.Select(received => string.Join('+', received.Recipients)).DefaultIfEmpty("nobody"))}, "
            + $"statistics {await CompareStatisticsAsync(mail)}";
    }

    public async ValueTask DisposeAsync()
    {
        await Pipeline.DisposeAsync();
        await Storage.DisposeAsync();
        await Relay.DisposeAsync();
    }

    private static string Recipients(JsonElement element) => string.Join(' ', element.GetProperty("recipients").EnumerateArray()
        .Select(recipient => $"{recipient.GetProperty("address")}={recipient.GetProperty("status")}"));

    private async Task<string> CompareStatisticsAsync(JsonElement mail)
    {
        var expected = ExpectedStatistics.Of([mail]);
        foreach (var granularity in (string[])["minute", "hour", "day"])
        {
            var found = ExpectedStatistics.Describe(await StatisticsAsync(granularity), expected.Keys);
            if (found != ExpectedStatistics.Describe(expected))
                return $"by {granularity} {found} instead of {ExpectedStatistics.Describe(expected)}";
        }

        return "agree";
    }

    private async Task<JsonElement?> StatisticsAsync(string granularity)
    {
        var (_, body, _) = await Pipeline.AnswerAsync(
            context =>
            {
                context.Request.QueryString = new QueryString($"?granularity={granularity}&dimension=total");
                return Pipeline.Get<StatisticsReader>().ReadAsync(context.Request, Cancellation);
            },
            Cancellation);
        var totals = body.RootElement.GetProperty("totals");
        return totals.GetArrayLength() == 0 ? null : totals[0];
    }
}
