using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Queue;

/// <summary>What the dispatcher makes of due rows: how many share a queue message, and that all of them are on their lane's.</summary>
public sealed class DispatchTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_few_mails_of_different_minutes_get_a_message_each()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var ids = await ScheduledMails.PutAsync(pipeline, 10, Minute, _ => Lane.Transactional, Cancellation);

        Assert.Equal(10, await pipeline.Get<Dispatcher>().RunAsync(Cancellation));

        var messages = await TakeAsync(pipeline, Lane.Transactional);
        Assert.All(messages, message => Assert.Single(message.Mails));
        Assert.Equal(ids.Order(), messages.Select(message => message.Mails[0].Id).Order());
        Assert.Empty(await ScheduleAsync(pipeline));
    }

    [Fact]
    public async Task Mails_that_were_accepted_together_share_a_message_however_few_they_are()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var ids = await ScheduledMails.PutAsync(pipeline, 10, TimeSpan.Zero, _ => Lane.Transactional, Cancellation);

        await pipeline.Get<Dispatcher>().RunAsync(Cancellation);

        var message = Assert.Single(await TakeAsync(pipeline, Lane.Transactional));
        Assert.Equal(ids.Order(), message.Mails.Select(mail => mail.Id).Order());
    }

    [Fact]
    public async Task Dispatched_mails_share_messages_only_with_mails_of_their_own_lane()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var ids = await ScheduledMails.PutAsync(pipeline, 200, Minute, number => number % 4 == 0 ? Lane.Transactional : Lane.Bulk, Cancellation);

        Assert.Equal(200, await pipeline.Get<Dispatcher>().RunAsync(Cancellation));

        var transactional = await TakeAsync(pipeline, Lane.Transactional);
        var bulk = await TakeAsync(pipeline, Lane.Bulk);
        Assert.Equal(ids.Where((_, number) => number % 4 == 0).Order(), transactional.SelectMany(message => message.Mails).Select(mail => mail.Id).Order());
        Assert.Equal(ids.Where((_, number) => number % 4 != 0).Order(), bulk.SelectMany(message => message.Mails).Select(mail => mail.Id).Order());
        Assert.All([.. transactional, .. bulk], message => Assert.InRange(message.Mails.Count, 1, 5));
        Assert.Equal((10, 30), (transactional.Count, bulk.Count));
        Assert.Empty(await ScheduleAsync(pipeline));
    }

    [Fact]
    public async Task A_message_with_mails_of_several_minutes_sends_each_once_and_voids_unknown_ids()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var ids = await ScheduledMails.PutAsync(pipeline, 20, Minute, _ => Lane.Bulk, Cancellation);
        var unknown = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow() - TimeSpan.FromHours(1))[0];
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. ids.Append(unknown).Select(id => new NamedAttempt(id, 1))], TimeSpan.Zero, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Equal(20, relay.Mails.Count);
        foreach (var id in ids)
        {
            var row = await pipeline.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt));
        }

        Assert.Equal(EmailState.Void, (await pipeline.RowAsync(unknown, Cancellation)).State);
        Assert.Equal(0, await pipeline.CountMessagesAsync(StorageNames.BulkQueue, Cancellation));
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay) => TestApp.On(azurite).WithRelay(relay).StartAsync();

    private static async Task<IReadOnlyList<LaneMessage>> TakeAsync(TestApp pipeline, Lane lane)
    {
        var taken = new List<LaneMessage>();
        QueueMessage[] some;
        do
        {
            some = await pipeline.Storage.Queue(lane).ReceiveMessagesAsync(32, Minute, Cancellation);
            taken.AddRange(some.Select(message => LaneMessage.Parse(message.Body)));
        }
        while (some.Length > 0);
        return taken;
    }

    private static ValueTask<List<TableEntity>> ScheduleAsync(TestApp pipeline) =>
        pipeline.Storage.Table(StorageNames.ScheduleTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
}
