using System.Text;
using MailFunctions.Api.Held;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Maintenance.Recovery;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Held;

/// <summary>What a person finds and decides.</summary>
public sealed class ResolutionTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("sent", "sent", 1)]
    [InlineData("not_sent", "failed", 1)]
    [InlineData("retry", "sent", 2)]
    public async Task A_held_mail_is_resolved_by_call(string decision, string state, int mails)
    {
        await using var relay = LosingOnce();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(lane: "bulk"), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Uncertain);
        Assert.Equal([id.ToString()], await ListedAsync(pipeline, "uncertain"));

        var (status, body, _) = await PostAsync(pipeline, $$"""{"as":"{{decision}}"}""", request => pipeline.Get<HeldMailActions>().ResolveAsync(id.ToString(), request, Caller.Operator, Cancellation));
        Assert.True(status == StatusCodes.Status200OK, body.RootElement.ToString());
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailStates.Parse(state));

        Assert.Equal(mails, relay.Mails.Count);
        Assert.Empty(await ListedAsync(pipeline, "uncertain"));
        var (again, _, _) = await PostAsync(pipeline, """{"as":"sent"}""", request => pipeline.Get<HeldMailActions>().ResolveAsync(id.ToString(), request, Caller.Operator, Cancellation));
        Assert.Equal(StatusCodes.Status409Conflict, again);
        if (row.Ending is not null)
            Assert.Equal(row.State, (await pipeline.Events.ReadAsync(row.Ending, Cancellation))!.State);
    }

    [Fact]
    public async Task Dead_mail_is_counted_first_then_queued_again_and_sent()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var ids = new List<EmailId>();
        for (var i = 0; i < 3; i++)
        {
            var id = await pipeline.SubmitAsync(TestApp.Mail(lane: i == 0 ? "transactional" : "bulk"), Cancellation);
            await DieAsync(pipeline, id, "source");
            ids.Add(id);
        }

        Assert.Equal(ids.AsEnumerable().Reverse().Select(id => id.ToString()), await ListedAsync(pipeline, "dead"));
        var dry = await DecideAsync(pipeline, """{"state":"dead","lane":"bulk"}""", requeue: true);
        Assert.Equal((true, 2, 0), (dry.GetProperty("dry_run").GetBoolean(), dry.GetProperty("matched").GetInt32(), dry.GetProperty("done").GetInt32()));
        var done = await DecideAsync(pipeline, """{"state":"dead","lane":"bulk","dry_run":false}""", requeue: true);
        Assert.Equal(2, done.GetProperty("done").GetInt32());
        await pipeline.DeliverUntilAsync(ids[1], Cancellation, EmailState.Sent);
        await pipeline.DeliverUntilAsync(ids[2], Cancellation, EmailState.Sent);
        Assert.Equal(1, (await DecideAsync(pipeline, """{"state":"dead","dry_run":false}""", requeue: false)).GetProperty("done").GetInt32());
        Assert.Equal(EmailState.Discarded, (await pipeline.RowAsync(ids[0], Cancellation)).State);
        Assert.Equal(2, relay.Mails.Count);
    }

    [Fact]
    public async Task A_mail_that_died_twice_is_listed_once_over_all_pages()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var (twice, once) = (await pipeline.SubmitAsync(TestApp.Mail(), Cancellation), await pipeline.SubmitAsync(TestApp.Mail(), Cancellation));
        await DieAsync(pipeline, twice, "first");
        await pipeline.AnswerAsync(_ => pipeline.Get<HeldMailActions>().RequeueAsync(twice.ToString(), Caller.Operator, Cancellation), Cancellation);
        await DieAsync(pipeline, once, "first");
        await DieAsync(pipeline, twice, "second");

        var first = (await pipeline.ListAsync("state=dead,uncertain&limit=1", Cancellation)).Require(StatusCodes.Status200OK);
        var second = (await pipeline.ListAsync($"state=dead,uncertain&limit=1&after={first.After}", Cancellation)).Require(StatusCodes.Status200OK);

        Assert.Equal([twice, once], [.. first.Emails, .. second.Emails]);
        Assert.Null(second.After);
    }

    [Fact]
    public async Task An_unreadable_poison_message_is_kept_verbatim_as_one_dead_letter()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var queue = pipeline.Storage.Queue(StorageNames.BulkQueue + StorageNames.PoisonSuffix);
        await queue.SendMessageAsync("who wrote this?", Cancellation);
        var message = (await queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value;

        await pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, message, Cancellation);
        await pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, message, Cancellation);

        var (_, body, _) = await pipeline.AnswerAsync(_ => pipeline.Get<DeadLetterReader>().ListAsync(Cancellation), Cancellation);
        var letter = Assert.Single(body.RootElement.GetProperty("data").EnumerateArray());
        Assert.Equal("who wrote this?", letter.GetProperty("body").GetString());
        Assert.IsAssignableFrom<IResult>(await pipeline.Get<DeadLetterReader>().DeleteAsync("mail-bulk", message.MessageId, Cancellation));
        Assert.Empty(await pipeline.Get<DeadLetters>().ReadAsync(10, Cancellation));
    }

    [Fact]
    public async Task A_poison_message_that_cannot_be_recorded_is_requeued_before_its_tries_run_out()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        await pipeline.Storage.Table(StorageNames.DeadLettersTable).DeleteAsync(Cancellation);
        var queue = pipeline.Storage.Queue(StorageNames.BulkQueue + StorageNames.PoisonSuffix);
        var given = Azure.Storage.Queues.Models.QueuesModelFactory.QueueMessage("id", "receipt", new BinaryData("not ours"), 1);
        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, given, Cancellation));
        Assert.Equal(0, await pipeline.CountMessagesAsync(queue.Name, Cancellation));

        var last = Azure.Storage.Queues.Models.QueuesModelFactory.QueueMessage("id", "receipt", new BinaryData("not ours"), 2);
        await pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Bulk, last, Cancellation);

        Assert.Equal(1, await pipeline.CountMessagesAsync(queue.Name, Cancellation));
    }

    [Fact]
    public async Task A_poison_chunk_is_split_and_a_fault_counted_once_in_each()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var ids = new[] { await pipeline.SubmitAsync(TestApp.Mail(), Cancellation), await pipeline.SubmitAsync(TestApp.Mail(), Cancellation) };
        var queue = pipeline.Storage.Queue(StorageNames.TransactionalQueue + StorageNames.PoisonSuffix);
        await queue.SendMessageAsync(new LaneMessage([.. ids.Select(id => new NamedAttempt(id, 1))]).ToBody(), cancellationToken: Cancellation);
        var message = (await queue.ReceiveMessageAsync(cancellationToken: Cancellation)).Value;

        await pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Transactional, message, Cancellation);
        await pipeline.Get<PoisonRecorder>().RecordAsync(Lane.Transactional, message, Cancellation);

        foreach (var id in ids)
            Assert.Equal(1, (await pipeline.RowAsync(id, Cancellation)).Faults);
    }

    [Fact]
    public async Task Stalled_mail_recovery_requeues_mail_without_a_message_once_no_backlog_explains_it()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        var id = EmailId.Mint(now - TimeSpan.FromMinutes(4))[0];
        var model = await pipeline.RowAsync(await pipeline.SubmitAsync(TestApp.Mail(), Cancellation), Cancellation);
        var content = await pipeline.Get<ContentStore>().SaveAsync(
            id, new EmailContent { From = new EmailAddress("", "a", "example.org"), To = [new EmailAddress("", "b", "example.com")], Subject = "s", Text = "t" }, Cancellation);
        Assert.True(await pipeline.Ledger.TryInsertAsync(model with { Id = id, AcceptedAt = id.MintedAt, Content = content, Token = "" }, Cancellation));

        // The other mail's message is a visible backlog: nothing is lost, the lane is only busy.
        await pipeline.Get<StalledMailRecovery>().LookAtAsync(MinutePartition.MinuteOf(id.MintedAt), Cancellation);
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        await pipeline.Get<StalledMailRecovery>().LookAtAsync(MinutePartition.MinuteOf(id.MintedAt), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
    }

    private static async Task DieAsync(TestApp pipeline, EmailId id, string source)
    {
        for (var fault = 0; fault < ProcessingFailures.UntilDead; fault++)
            await pipeline.Get<ProcessingFailures>().CountAsync(id, $"{source} {fault}", "broken", Cancellation);
    }

    private static ScriptedSmtpServer LosingOnce()
    {
        var lost = 0;
        var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot && Interlocked.Increment(ref lost) == 1 ? SmtpAction.Close.Stored() : null;
        return relay;
    }

    private static Task<(int Status, System.Text.Json.JsonDocument Body, IHeaderDictionary Headers)> PostAsync(
        TestApp pipeline, string json, Func<HttpRequest, Task<IResult>> call) =>
        pipeline.AnswerAsync(context => call(context.Request), Cancellation, Encoding.UTF8.GetBytes(json));

    private static async Task<System.Text.Json.JsonElement> DecideAsync(TestApp pipeline, string json, bool requeue) =>
        (await PostAsync(pipeline, json, request => pipeline.Get<HeldMailBulkActions>().DecideAsync(request, requeue, Caller.Operator, Cancellation))).Body.RootElement;

    private static async Task<IEnumerable<string>> ListedAsync(TestApp pipeline, string state) =>
        (await pipeline.ListAsync($"state={state}", Cancellation)).Require(StatusCodes.Status200OK).Emails.Select(id => id.ToString());
}
