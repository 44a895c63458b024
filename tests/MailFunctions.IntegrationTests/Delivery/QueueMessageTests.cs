using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Recovery;
using MailFunctions.Queue;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>What becomes of queue messages: old ones, twins, chunks, and those without a mail.</summary>
public sealed class QueueMessageTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_for_a_mail_that_is_settled_does_nothing()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        foreach (var attempt in (int[])[1, 2, 7])
            await pipeline.Get<LaneQueues>().PutAsync(Lane.Transactional, [new NamedAttempt(id, attempt)], TimeSpan.Zero, Cancellation);
        while (await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation))
        {
        }

        Assert.Single(relay.Mails);
        Assert.Equal(0, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    [Fact]
    public async Task Two_workers_with_the_same_message_send_once()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.Get<LaneQueues>().PutAsync(
            Lane.Transactional, [.. Enumerable.Repeat(new NamedAttempt(id, 1), 9)], TimeSpan.Zero, Cancellation);
        for (var i = 0; i < 9; i++)
            await pipeline.Get<LaneQueues>().PutAsync(Lane.Transactional, [new NamedAttempt(id, 1)], TimeSpan.Zero, Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => pipeline.DeliverNextAsync(Lane.Transactional, Cancellation)));
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task A_chunk_is_claimed_and_recorded_together_and_every_mail_of_it_is_sent_once()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var ids = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow(), 60);
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, ids, Cancellation);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. ids.Select(id => new NamedAttempt(id, 1))], TimeSpan.Zero, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Equal(60, relay.Mails.Count);
        Assert.Equal(60, relay.Mails.Select(mail => mail.Header("Message-ID")).Distinct().Count());
        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.All(rows.Values, row => Assert.Equal(EmailState.Sent, row.State));
        Assert.InRange(relay.Connections, 1, 5);
    }

    [Fact]
    public async Task A_chunk_that_is_not_accepted_yet_goes_back_as_one_message()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay, (TestSettings.Relay("MaxConnections"), "2"));
        var ids = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow(), 3);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. ids.Select(id => new NamedAttempt(id, 1))], TimeSpan.Zero, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-bulk", Cancellation));
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, ids, Cancellation);
        await pipeline.DeliverUntilAsync(ids[2], Cancellation, EmailState.Sent);

        Assert.Equal((3, 1), (relay.Mails.Count, relay.Connections));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(5, 5)]
    [InlineData(300, 30)]
    public void A_message_without_a_mail_is_hidden_for_its_age_within_bounds(int age, int hidden) =>
        Assert.Equal(TimeSpan.FromSeconds(hidden), Deliverer.HideFor(TimeSpan.FromSeconds(age)));

    [Fact]
    public async Task Outcomes_of_a_chunk_are_recorded_while_one_of_its_mails_is_still_sending()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Mail: 3 } ? SmtpAction.Default.Held() : null;
        // One connection for the lane, so that all three go over it, however long each takes.
        await using var pipeline = await StartAsync(relay, (TestSettings.Relay("FinalReplyTimeout"), "00:20:00"), (TestSettings.Relay("MaxConnections"), "2"));
        var ids = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow(), 3);
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, ids, Cancellation);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. ids.Select(id => new NamedAttempt(id, 1))], TimeSpan.Zero, Cancellation);

        var delivering = pipeline.DeliverNextAsync(Lane.Bulk, Cancellation);
        await relay.WaitForCommandAsync(exchange => exchange is { Verb: SmtpExchange.FinalDot, Mail: 3 }, Cancellation);
        await Eventually.TrueAsync(
            async () =>
            {
                if ((await pipeline.RowAsync(ids[1], Cancellation)).State == EmailState.Sent)
                    return true;
                Assert.False(delivering.IsCompleted, "All of the chunk ended before its first mails were recorded.");
                return false;
            },
            "the outcome of the second mail");

        Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(ids[0], Cancellation)).State);
        Assert.Equal(EmailState.Sending, (await pipeline.RowAsync(ids[2], Cancellation)).State);
        relay.Script = _ => null;
        relay.Release();
        Assert.True(await delivering);
        Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(ids[2], Cancellation)).State);
        Assert.Equal(3, relay.Mails.Count);
    }

    [Fact]
    public async Task Messages_for_a_mail_that_waits_for_its_relay_do_not_multiply()
    {
        await using var pipeline = await TestApp.On(azurite).StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Transactional, [new NamedAttempt(id, 1)], TimeSpan.Zero, Cancellation);

        await Task.WhenAll(pipeline.DeliverNextAsync(Lane.Transactional, Cancellation), pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Equal(EmailState.Deferred, (await pipeline.RowAsync(id, Cancellation)).State);
        Assert.InRange(await pipeline.CountMessagesAsync("mail-transactional", Cancellation), 1, 2);
    }

    [Fact]
    public async Task Mail_with_unreadable_content_is_dead_after_five_faults_and_its_chunk_is_sent()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var ids = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow(), 3);
        await QueuedMails.InsertAsync(
            pipeline, Lane.Bulk, ids, Cancellation, (i, row) => i == 1 ? row with { Content = new StoredContent("{ not json"u8.ToArray(), null) } : row);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. ids.Select(id => new NamedAttempt(id, 1))], TimeSpan.Zero, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.Equal([EmailState.Sent, EmailState.Deferred, EmailState.Sent], ids.Select(id => rows[id].State));
        Assert.Equal(1, rows[ids[1]].Faults);
        for (var i = 2; i <= ProcessingFailures.UntilDead; i++)
            await pipeline.Get<ProcessingFailures>().CountAsync(ids[1], $"message {i}", "still broken", Cancellation);
        await pipeline.Get<ProcessingFailures>().CountAsync(ids[1], "message 6", "still broken", Cancellation);
        var dead = await pipeline.RowAsync(ids[1], Cancellation);
        Assert.Equal((EmailState.Dead, ProcessingFailures.UntilDead), (dead.State, dead.Faults));
        Assert.Equal(EmailState.Dead, (await pipeline.Events.ReadAsync(dead.Ending!, Cancellation))!.State);
    }

    [Fact]
    public async Task A_mail_that_cannot_be_composed_uses_an_attempt_and_its_chunk_is_sent()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var content = new EmailContent
        {
            From = new EmailAddress("", "shop", "example.org"),
            To = [new EmailAddress("", "ada", "example.com")],
            Subject = "Hello",
            Attachments = [new Attachment { FileName = "a", ContentType = "no media type", Bytes = new byte[1] }],
        };
        var broken = new StoredContent(EmailContentSerializer.Serialize(content).ToArray(), null);

        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 3, Cancellation, (i, row) => i == 1 ? row with { Content = broken } : row);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.Equal([EmailState.Sent, EmailState.Deferred, EmailState.Sent], ids.Select(id => rows[id].State));
        Assert.Equal(2, relay.Mails.Count);
        var mail = rows[ids[1]];
        Assert.Equal((1, 1), (mail.Attempt, mail.Faults));
        Assert.Equal(EmailState.Deferred, (await pipeline.Events.ReadAsync(mail.EventOfAttempt(1), Cancellation))!.State);
    }

    [Fact]
    public async Task A_message_without_a_ledger_row_waits_while_young_and_is_closed_when_old()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var young = EmailId.Mint(now)[0];
        var old = EmailId.Mint(now - TimeSpan.FromMinutes(11))[0];
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [new NamedAttempt(young, 1), new NamedAttempt(old, 1)], TimeSpan.Zero, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Null(await pipeline.Ledger.ReadAsync(young, Cancellation));
        Assert.Equal(EmailState.Void, (await pipeline.RowAsync(old, Cancellation)).State);
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-bulk", Cancellation));
        Assert.False(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        var late = QueuedMails.Row(old, Lane.Bulk);
        Assert.False(await pipeline.Ledger.TryInsertAsync(late, Cancellation));
    }

    [Fact]
    public async Task Daily_recovery_requeues_stalled_mail_and_leaves_the_rest()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var yesterday = pipeline.Get<TimeProvider>().GetUtcNow() - TimeSpan.FromDays(1);
        var ids = EmailId.Mint(yesterday, 2);
        await QueuedMails.InsertAsync(pipeline, Lane.Bulk, ids, Cancellation);
        var done = await pipeline.RowAsync(ids[1], Cancellation);
        Assert.NotNull(await pipeline.Ledger.TryUpdateAsync(done with { State = EmailState.Sent }, Cancellation));

        await pipeline.Get<DailyRecovery>().LookAtAsync(MinutePartition.MinuteOf(yesterday), Cancellation);
        await pipeline.DeliverUntilAsync(ids[0], Cancellation, EmailState.Sent);

        Assert.Single(relay.Mails);
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay, params IEnumerable<(string, string)> settings) =>
        TestApp.On(azurite).WithRelay(relay).With(settings).StartAsync();
}
