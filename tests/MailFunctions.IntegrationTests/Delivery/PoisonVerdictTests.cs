using Azure.Data.Tables;
using Azure.Storage.Queues.Models;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>What a poison message does to the mails that it names, by how each of them stands: only one that is due can have been the cause.</summary>
public sealed class PoisonVerdictTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>How a mail stands, how it stands after the message, and how many faults it then has.</summary>
    public static TheoryData<string, string, int> Cases => new()
    {
        { "scheduled in an hour", "scheduled", 0 },
        { "deferred for an hour", "deferred", 0 },
        { "deferred for a minute", "deferred", 0 },
        { "queued", "deferred", 1 },
        { "scheduled and due", "deferred", 1 },
        { "past its time", "expired", 0 },
        { "being sent", "sending", 0 },
        { "sent", "sent", 0 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_fault_is_counted_in_what_is_due_and_in_nothing_else(string stands, string state, int faults)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var id = EmailId.Mint(now)[0];
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, [id], Cancellation, (_, row) => Standing(row, stands, now));
        var before = await pipeline.RowAsync(id, Cancellation);

        await RecordAsync(pipeline, new NamedAttempt(id, 1));

        var after = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailStates.Parse(state), faults), (after.State, after.Faults));
        Assert.Empty(relay.Mails);
        if (before.DueAt is { } due && due > now)
        {
            Assert.Equal(due, after.DueAt);
            var rows = await ScheduleAsync(pipeline);
            var hidden = await pipeline.CountMessagesAsync(StorageNames.BulkQueue, Cancellation);
            // It is put back for its time: in the schedule, or as a message that nobody sees before.
            Assert.Equal(due > now + ScheduledMessages.LongestHidden ? (1, 0) : (0, 1), (rows.Count, hidden));
            Assert.All(rows, row => Assert.Equal(due, row.Due));
            Assert.False(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        }
    }

    [Fact]
    public async Task A_counted_fault_does_not_make_a_mail_due_earlier()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var id = EmailId.Mint(now)[0];
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, [id], Cancellation, (_, row) => Standing(row, "deferred for an hour", now));
        var due = (await pipeline.RowAsync(id, Cancellation)).DueAt;

        await pipeline.Get<ProcessingFailures>().CountAsync(id, "source", "It failed.", Cancellation);

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((1, due), (row.Faults, row.DueAt));
        Assert.Equal(due, Assert.Single(await ScheduleAsync(pipeline)).Due);
    }

    [Fact]
    public async Task An_unreadable_row_becomes_a_dead_letter_and_its_neighbors_are_sent()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var ids = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow(), 3);
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, ids, Cancellation);
        await pipeline.Storage.Table(StorageNames.EmailsTable).UpdateEntityAsync(
            new TableEntity(ids[1].PartitionKey, ids[1].RowKey) { ["v"] = 99 }, Azure.ETag.All, TableUpdateMode.Merge, Cancellation);

        await RecordAsync(pipeline, [.. ids.Select(id => new NamedAttempt(id, 1))]);

        var letters = await pipeline.Storage.Table(StorageNames.DeadLettersTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
        Assert.Contains(ids[1].ToString(), Assert.Single(letters).GetString("reason"), StringComparison.Ordinal);
        foreach (var id in (EmailId[])[ids[0], ids[2]])
            Assert.Equal(EmailState.Sent, (await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent)).State);
        Assert.Equal(2, relay.Mails.Count);
    }

    private static LedgerRow Standing(LedgerRow row, string stands, DateTimeOffset now)
    {
        var key = EventKey.OfAttempt(row.Id, 1, now);
        return stands switch
        {
            "scheduled in an hour" => row with { State = EmailState.Scheduled, ScheduledAt = now.AddHours(1), DueAt = now.AddHours(1) },
            "scheduled and due" => row with { State = EmailState.Scheduled, ScheduledAt = now.AddMinutes(-1), DueAt = now.AddMinutes(-1) },
            "deferred for an hour" => row with { State = EmailState.Deferred, DueAt = now.AddHours(1), Waits = 1 },
            "deferred for a minute" => row with { State = EmailState.Deferred, DueAt = now.AddMinutes(1), Waits = 1 },
            "past its time" => row with { ExpiresAt = now.AddMinutes(-1) },
            "being sent" => row with { State = EmailState.Sending, Attempt = 1, EventMinutes = [key.PartitionKey], Claim = new Claim("worker", now.AddMinutes(5), key, "relay") },
            "sent" => row with { State = EmailState.Sent, EndedAt = now },
            _ => row,
        };
    }

    private static async Task RecordAsync(TestApp pipeline, params IReadOnlyList<NamedAttempt> mails)
    {
        var queue = pipeline.Storage.Queue(StorageNames.BulkQueue + StorageNames.PoisonSuffix);
        await queue.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        await queue.SendMessageAsync(new LaneMessage(mails).ToBody(), cancellationToken: Cancellation);
        QueueMessage message = await queue.ReceiveMessageAsync(TimeSpan.FromMinutes(10), Cancellation);
        await pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, message, Cancellation);
    }

    private static async Task<List<ScheduleRow>> ScheduleAsync(TestApp pipeline) => await pipeline.Storage.Table(StorageNames.ScheduleTable)
        .QueryAsync<TableEntity>(cancellationToken: Cancellation).Select(ScheduleRow.FromEntity).ToListAsync(Cancellation);
}
