using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>Replies that are about us and not about the mail: nothing fails for them, no attempt counts, and it goes on when they end.</summary>
public sealed class RefusalOfUsTests(AzuriteFixture azurite)
{
    private const string Quota = "550 5.4.5 Daily user sending quota exceeded";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Quota, "SendingLimit")]
    [InlineData("553 5.7.1 authentication required", "Credentials")]
    [InlineData("550 5.0.0 Computer says no", "RefusesAll")]
    public async Task A_batch_refused_at_MAIL_is_deferred_without_attempts_and_sent_when_refusals_end(string reply, string cause)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == "MAIL" ? SmtpAction.Reply(reply) : null;
        var (account, clock) = (azurite.TakeAccount(), new MovableClock());
        await using var pipeline = await StartAsync(account, relay, clock);
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 100, Cancellation);

        while (await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation))
        {
        }

        Assert.All(await RowsAsync(pipeline, ids), row => Assert.Equal((EmailState.Deferred, 0, 0), (row.State, row.Attempt, row.EventMinutes.Count)));
        Assert.All(await RowsAsync(pipeline, ids), row => Assert.True(row.Waits > 0 && row.Reason is not null && row.WaitingFor is WaitReason.RelayRefusal or WaitReason.CircuitOpen, $"{row.WaitingFor}"));
        var line = Assert.Single(pipeline.Get<RelayRouter>().Lines);
        Assert.NotNull(line.Breaker.OpenUntil);
        Assert.Equal(cause, line.Cause.ToString());
        Assert.InRange(relay.Exchanges.Count(exchange => exchange.Verb == "MAIL"), 1, 30);

        // Another process knows nothing of it, and burns nothing either.
        await using (var another = await StartAsync(account, relay, clock))
        {
            clock.Advance(TimeSpan.FromMinutes(1));
            await QueueAgainAsync(another, ids);
            Assert.All(await RowsAsync(another, ids), row => Assert.Equal((EmailState.Deferred, 0), (row.State, row.Attempt)));
            Assert.NotNull(another.Get<RelayRouter>().Lines[0].Breaker.OpenUntil);
        }

        relay.Script = _ => null;
        clock.Advance(TimeSpan.FromMinutes(10));
        await QueueAgainAsync(pipeline, ids);

        Assert.All(await RowsAsync(pipeline, ids), row => Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt)));
        Assert.Equal(100, relay.Mails.Count);
        Assert.Null(line.Breaker.OpenUntil);
    }

    [Fact]
    public async Task Explain_names_the_cause_and_the_cure()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == "MAIL" ? SmtpAction.Reply(Quota) : null;
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var explained = (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;
        Assert.Contains("the sending limit of our account is used up", explained.GetProperty("sentence").GetString()!, StringComparison.Ordinal);
        Assert.Equal(0, explained.GetProperty("attempts").GetInt32());
        await Eventually.TrueAsync(
            async () => (await pipeline.Get<RelayNotices>().ReadAsync("relay", Cancellation))?.Cause == RelayCause.SendingLimit, "the notice can be read");
        explained = (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;
        var outlook = Assert.Single(explained.GetProperty("relays").EnumerateArray());
        Assert.Equal(("mail_from", 550, "sending_limit"), (outlook.GetProperty("left_alone_stage").GetString(), outlook.GetProperty("left_alone_code").GetInt32(), outlook.GetProperty("left_alone_cause").GetString()));
        Assert.Contains("Relay relay refuses us and its circuit is open until", explained.GetProperty("sentence").GetString()!, StringComparison.Ordinal);
        Assert.Equal(1, pipeline.Logs.Count(2101));
    }

    [Theory]
    [InlineData("RCPT", Quota)]
    [InlineData(SmtpExchange.FinalDot, Quota)]
    [InlineData("RCPT", "530 5.7.0 Authentication required")]
    [InlineData(SmtpExchange.FinalDot, "554 5.7.1 Your account has been suspended")]
    [InlineData("RCPT", "450 4.7.1 Client host blocked using zen.spamhaus.org")]
    public async Task A_hostile_recipient_opens_no_circuit_and_its_mails_expire(string verb, string reply)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == verb && (exchange.Domain ?? exchange.Recipients[0].Split('@')[1]) == "hostile.example" ? SmtpAction.Reply(reply) : null;
        var clock = new MovableClock();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, clock);
        var hostile = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 30, Cancellation, (i, row) => row with { Recipients = [Pending($"r{i}@hostile.example")] });
        while (await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation))
        {
        }

        var code = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(code, Cancellation)).State);
        Assert.Null(pipeline.Get<RelayRouter>().Lines[0].Breaker.OpenUntil);
        Assert.All(await RowsAsync(pipeline, hostile), row => Assert.Equal((EmailState.Deferred, true), (row.State, row.Attempt > 0)));

        clock.Advance(TimeSpan.FromDays(4));
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. (await RowsAsync(pipeline, hostile)).Select(NamedAttempt.NextOf)], TimeSpan.Zero, Cancellation);
        while (await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation))
        {
        }

        Assert.All(await RowsAsync(pipeline, hostile), row => Assert.Equal(EmailState.Expired, row.State));
    }

    [Theory]
    [InlineData("RCPT", "554 5.7.1 <x>: Relay access denied", "Relaying")]
    [InlineData(SmtpExchange.FinalDot, "554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException", "SendingLimit")]
    public async Task A_reply_to_recipients_of_three_domains_opens_the_circuit_and_names_the_cause(string verb, string reply, string cause)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == verb ? SmtpAction.Reply(reply) : null;
        var clock = new MovableClock();
        await using var pipeline = await StartAsync(azurite.TakeAccount(), relay, clock);
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 25, Cancellation, (i, row) => row with { Recipients = [Pending($"ada@d{i}.example")] });

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        var line = pipeline.Get<RelayRouter>().Lines[0];
        Assert.NotNull(line.Breaker.OpenUntil);
        Assert.Equal(cause, line.Cause.ToString());
        var rows = await RowsAsync(pipeline, ids);
        Assert.All(rows, row => Assert.Equal(EmailState.Deferred, row.State));
        Assert.True(rows.Count(row => row.Attempt == 0) >= 15, $"{rows.Count(row => row.Attempt == 0)} unused");
        relay.Script = _ => null;
        clock.Advance(TimeSpan.FromMinutes(10));
        await QueueAgainAsync(pipeline, ids);
        Assert.All(await RowsAsync(pipeline, ids), row => Assert.Equal(EmailState.Sent, row.State));
    }

    [Fact]
    public async Task A_mail_that_one_relay_refuses_for_a_reason_of_ours_goes_to_the_next()
    {
        await using var first = new ScriptedSmtpServer();
        await using var second = new ScriptedSmtpServer();
        first.Script = exchange => exchange.Verb == "MAIL" ? SmtpAction.Reply(Quota) : null;
        await using var pipeline = await TestApp.On(azurite).WithRelay("first", first).WithRelay("second", second, ("Weight", "0")).StartAsync();
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 10, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        foreach (var id in ids)
            Assert.Equal(1, (await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent)).Attempt);

        Assert.Equal((0, 10), (first.Mails.Count, second.Mails.Count));
    }

    [Theory]
    [InlineData("MAIL", "452 4.3.2 Enough for now")]
    [InlineData("MAIL", "452 4.5.3 Too many messages in this session")]
    [InlineData("RCPT", "451 4.5.3 Too many recipients in this session")]
    public async Task A_relay_that_takes_three_mails_a_connection_gets_every_mail_in_one_attempt(string verb, string reply)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == verb && exchange.Mail > 3 ? SmtpAction.Reply(reply) : null;
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay, ("MaxConnections", "2")).StartAsync();
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 24, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.All(await RowsAsync(pipeline, ids), row => Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt)));
        Assert.Equal((24, 8), (relay.Mails.Count, relay.Connections));
        Assert.InRange(relay.MaxConcurrentConnections, 1, 2);
        Assert.Null(pipeline.Get<RelayRouter>().Lines[0].Breaker.OpenUntil);
    }

    /// <summary>Their own messages are hidden until the breaker's time by the real clock; these are visible at once.</summary>
    private static async Task QueueAgainAsync(TestApp pipeline, IReadOnlyList<EmailId> ids)
    {
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [.. (await RowsAsync(pipeline, ids)).Select(NamedAttempt.NextOf)], TimeSpan.Zero, Cancellation);
        while (await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation))
        {
        }
    }

    private static async Task<IReadOnlyList<LedgerRow>> RowsAsync(TestApp pipeline, IReadOnlyList<EmailId> ids) =>
        [.. (await pipeline.Ledger.ReadManyAsync([.. ids], Cancellation)).Values];

    private static Recipient Pending(string mailbox) => new(mailbox, RecipientKind.To, RecipientStatus.Pending, 0, null);

    private static Task<TestApp> StartAsync(string account, ScriptedSmtpServer relay, MovableClock clock) =>
        TestApp.On(account).WithRelay(relay).WithClock(clock).StartAsync();
}
