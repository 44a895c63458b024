using Azure.Data.Tables;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>With <c>Prefer: wait</c> the call that accepts a mail also delivers it.</summary>
public sealed class InlineDeliveryTests(AzuriteFixture azurite)
{
    /// <summary>The event id of the log line about an inline delivery that failed.</summary>
    private const int LeftToQueue = 2016;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inline_delivery_returns_the_result_of_the_first_attempt_and_removes_the_queue_message()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString, relay);
        (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "10")).Require(200);
        await proxy.Answers.WaitForAsync(IsTakenBack, Cancellation);
        var before = proxy.Requests.Count;

        var answer = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "10")).Require(200);
        await proxy.Answers.WaitForAsync(done => IsTakenBack(done) && done.Request.Number > before, Cancellation);

        Assert.Equal(("sent", "wait=10"), (answer.Body.GetProperty("status").GetString(), answer.Headers["Preference-Applied"].ToString()));
        Assert.Equal("sent", answer.Body.GetProperty("recipients")[0].GetProperty("status").GetString());
        Assert.Equal(0, await pipeline.CountMessagesAsync(StorageNames.TransactionalQueue, Cancellation));
        Assert.Equal(2, relay.Mails.Count);
        // What it needs before the caller can be told: two writes for the promise, three for the attempt.
        Assert.Equal(
            ["queue:mail-transactional put", "table:Emails insert", "table:Emails merge", "table:Events insert", "table:Emails merge"],
            proxy.Requests.Skip(before).Where(request => request.Name != StorageNames.PausesTable).Take(5).Select(request => request.Operation));
    }

    [Theory]
    [InlineData("550 5.1.1 No such user", "failed")]
    [InlineData("451 4.3.0 Try again later", "deferred")]
    public async Task A_refusal_by_the_relay_is_returned_by_the_call_itself(string reply, string state)
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply(reply) : SmtpAction.Default };
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);

        var answer = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "10")).Require(200);

        Assert.Equal(state, answer.Body.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_relay_that_takes_longer_than_the_wait_gets_the_mail_once_all_the_same()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Default.Held() : SmtpAction.Default };
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);

        var answer = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "1")).Require(202);
        Assert.Equal(("queued", "wait=1"), (answer.Body.GetProperty("status").GetString(), answer.Headers["Preference-Applied"].ToString()));
        relay.Script = _ => SmtpAction.Default;
        relay.Release();

        await pipeline.DeliverUntilAsync(answer.EmailId, Cancellation, EmailState.Sent);
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task A_mail_that_a_worker_sent_while_the_insert_was_repeated_is_sent_once()
    {
        const string insert = $"table:{StorageNames.EmailsTable} insert";
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString, relay);
        proxy.Faults = request => request.Operation != insert ? StorageFault.None : request.Seen == 1 ? StorageFault.LoseAnswer : StorageFault.HoldBefore;

        var posting = pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "10");
        await proxy.Held.WaitForAsync(request => request.Operation == insert, Cancellation);
        var row = await pipeline.Storage.Table(StorageNames.EmailsTable).QueryAsync<TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        var id = EmailId.Parse(row.RowKey);
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Transactional, [NamedAttempt.NextOf(await pipeline.RowAsync(id, Cancellation))], TimeSpan.Zero, Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        proxy.Faults = _ => StorageFault.None;
        proxy.Release();

        var answer = (await posting).Require(202);
        Assert.Equal(id, answer.EmailId);
        // The call itself sees that there is nothing to attempt, and does not fail over it.
        Assert.Equal(0, pipeline.Logs.Count(LeftToQueue));
        while (await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation))
        {
        }

        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task A_relay_that_lets_us_in_only_after_the_wait_costs_no_attempt()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange is { Verb: SmtpExchange.Greeting, Connection: 1 } ? SmtpAction.Stall : SmtpAction.Default };
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);

        var answer = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "1")).Require(202);
        // The delivery's own second began a moment after the caller's.
        await Task.Delay(TimeSpan.FromSeconds(1), Cancellation);
        relay.Script = _ => null;
        relay.Release();
        // Left to its queue: the net is shown at once.
        var sent = await pipeline.DeliverUntilAsync(answer.EmailId, Cancellation, EmailState.Sent);

        Assert.Equal(1, sent.Attempt);
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_stops_nothing()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Default.Held() : SmtpAction.Default };
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        using var caller = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var posting = pipeline.SubmitOneAsync(TestApp.Mail(), caller.Token, wait: "30");
        await relay.Exchanges.WaitForAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        relay.Script = _ => SmtpAction.Default;
        relay.Release();

        var id = (await pipeline.Ledger.ReadMinuteAsync(MinutePartition.MinuteOf(TimeProvider.System.GetUtcNow()), Cancellation)
            .Concat(pipeline.Ledger.ReadMinuteAsync(MinutePartition.MinuteOf(TimeProvider.System.GetUtcNow().AddMinutes(-1)), Cancellation))
            .SingleAsync(Cancellation)).Id;
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task A_queue_function_that_has_the_mail_at_the_same_time_makes_no_second_attempt()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Default.Held() : SmtpAction.Default };
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);

        var posting = pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "30");
        await relay.Exchanges.WaitForAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation);
        // The safety net shows itself after ten seconds; the worker that gets it finds the claim.
        await Eventually.TrueAsync(() => pipeline.DeliverNextAsync(Lane.Transactional, Cancellation), "the message of the safety net");
        relay.Script = _ => SmtpAction.Default;
        relay.Release();

        Assert.Equal("sent", (await posting).Require(200).Body.GetProperty("status").GetString());
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task Inline_delivery_leaves_the_mail_to_the_queue_when_all_connections_are_in_use()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Default.Held() : SmtpAction.Default };
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, (TestSettings.Relay("MaxConnections"), "4"));
        var first = pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "30");
        await relay.Exchanges.WaitForAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation);

        var second = (await pipeline.SubmitOneAsync(TestApp.Mail(to: "bob@example.com"), Cancellation, wait: "30")).Require(202);
        Assert.Equal(EmailState.Queued, (await pipeline.RowAsync(second.EmailId, Cancellation)).State);
        relay.Script = _ => SmtpAction.Default;
        await pipeline.DeliverUntilAsync(second.EmailId, Cancellation, EmailState.Sent);

        Assert.False(first.IsCompleted);
        relay.Script = _ => null;
        relay.Release();
        (await first).Require(200);
        Assert.Equal(2, relay.Mails.Count);
    }

    [Fact]
    public async Task Inline_delivery_does_not_fall_back_to_a_relay_the_mail_would_not_use()
    {
        await using var own = new ScriptedSmtpServer();
        await using var generic = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay("own", own, ("MaxConnections", "3"), ("Match:SenderDomains", "example.org"))
            .WithRelay("generic", generic)
            .With(TestSettings.HttpInstances, "2")
            .StartAsync();

        var answer = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "30")).Require(202);
        await pipeline.DeliverUntilAsync(answer.EmailId, Cancellation, EmailState.Sent);

        Assert.Single(own.Mails);
        Assert.Empty(generic.Mails);
    }

    [Fact]
    public async Task Storage_that_fails_after_the_promise_leaves_the_mail_to_its_queue()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        await using var pipeline = await StartAsync(proxy.ConnectionString, relay);
        proxy.Faults = request => request is { Name: StorageNames.SuppressionsTable or StorageNames.SuppressionChangesTable } ? StorageFault.Refuse : StorageFault.None;

        var answer = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "30")).Require(202);
        proxy.Faults = _ => StorageFault.None;

        await pipeline.DeliverUntilAsync(answer.EmailId, Cancellation, EmailState.Sent);
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task Inline_delivery_does_not_apply_to_bulk_or_scheduled_mail_or_without_its_connections()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        await using var without = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var later = TimeProvider.System.GetUtcNow().AddHours(1).ToString("O");

        Answer[] answers =
        [
            await pipeline.SubmitOneAsync(TestApp.Mail(lane: "bulk"), Cancellation, wait: "10"),
            await pipeline.SubmitOneAsync(TestApp.Mail(more: $$""","scheduled_at":"{{later}}" """), Cancellation, wait: "10"),
            await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "no number"),
            await without.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "10"),
        ];

        Assert.All(answers, answer => Assert.Equal("", answer.Require(202).Headers["Preference-Applied"].ToString()));
        Assert.Empty(relay.Mails);
    }

    [Fact]
    public async Task A_repeated_request_with_wait_returns_accepted_and_sends_nothing()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);

        var first = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "k", wait: "10")).Require(200);
        var second = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, "k", wait: "10")).Require(202);

        Assert.Equal((first.Id, "true"), (second.Id, second.Headers["Idempotent-Replayed"].ToString()));
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task A_process_that_dies_after_the_promise_leaves_its_mail_to_the_queue()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay);
        var draft = new EmailDraft
        {
            Content = new EmailContent { From = new EmailAddress("", "shop", "example.org"), To = [new EmailAddress("", "ada", "example.com")], Text = "Hello" },
        };

        // As far as it comes without delivering.
        var (row, net) = await pipeline.Get<Acceptance>().AcceptInlineAsync(new Submission([draft], new ErrorList()), entry: null, TimeSpan.FromSeconds(1), Cancellation);

        Assert.NotNull(net);
        await pipeline.DeliverUntilAsync(row.Id, Cancellation, EmailState.Sent);
        await pipeline.Get<LaneQueues>().TakeBackAsync(net.Value, Cancellation);
        Assert.Single(relay.Mails);
    }

    private static Task<TestApp> StartAsync(string storage, ScriptedSmtpServer relay, params (string, string)[] settings) =>
        TestApp.On(storage).WithRelay(relay).With(TestSettings.HttpInstances, "1").With(settings).StartAsync();

    private static bool IsTakenBack(StorageAnswer answer) => answer.Request is { Name: StorageNames.TransactionalQueue, Verb: "delete" };
}
