using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Replies;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp.Sandbox;

/// <summary>Each test address takes its documented course, from accept to the final state, and no relay hears of it.</summary>
public sealed class TestAddressTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Delivered_is_sent_and_recorded_as_by_a_relay()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail("delivered@sandbox.test,delivered+2@Sandbox.Test"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        var attempt = Assert.Single((await pipeline.ReadAsync(id, Cancellation)).GetProperty("attempts").EnumerateArray());
        Assert.Equal("sandbox", attempt.GetProperty("relay").GetString());
        Assert.InRange(attempt.GetProperty("bytes").GetInt64(), 200, 2000);
        Assert.All(row.Recipients, recipient => Assert.Equal((250, "2.0.0", SmtpStage.FinalDot), (recipient.Reply!.Code, recipient.Reply.EnhancedCode, recipient.Reply.Stage)));
        Assert.Equal(0, relay.Connections);
    }

    [Fact]
    public async Task Bounced_fails_with_no_such_user()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);

        var row = await pipeline.DeliverUntilAsync(await pipeline.SubmitAsync(TestApp.Mail("bounced@sandbox.test"), Cancellation), Cancellation, EmailState.Failed);

        Assert.Equal((RecipientStatus.Rejected, 550, "5.1.1"), (row.Recipients[0].Status, row.Recipients[0].Reply!.Code, row.Recipients[0].Reply!.EnhancedCode));
        Assert.Equal((1, 0L), (row.Attempt, row.Bytes));
    }

    [Fact]
    public async Task Greylisted_is_deferred_once_and_then_sent()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail("greylisted@sandbox.test"), Cancellation);

        var deferred = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);

        Assert.Equal("RcptTo: 450 4.7.1 Greylisted, try again later", deferred.Reason);
        Assert.InRange(await WaitAsync(pipeline, deferred), RetryHint.Greylisted, RetryHint.Greylisted * 1.1);
        Assert.Equal((EmailState.Sent, 2), StateOf(await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation)));
    }

    [Fact]
    public async Task Throttled_is_deferred_twice_by_half_a_minute_and_opens_no_circuit()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay, (TestSettings.Relay("BreakerFailures"), "1"), (TestSettings.TransactionalFirst, "00:01:00"), (TestSettings.TransactionalLongest, "00:01:00"));

        // More mails than it takes to open a breaker.
        for (var i = 0; i < 4; i++)
        {
            var id = await pipeline.SubmitAsync(TestApp.Mail("throttled@sandbox.test"), Cancellation);
            var first = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);
            Assert.Equal((450, "4.7.0"), (first.Recipients[0].Reply!.Code, first.Recipients[0].Reply!.EnhancedCode));
            Assert.InRange(await WaitAsync(pipeline, first), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(33));
            Assert.Equal((EmailState.Deferred, 2), StateOf(await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation)));
            Assert.Equal((EmailState.Sent, 3), StateOf(await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation)));
        }

        Assert.Null(pipeline.Get<RelayRouter>().Lines[0].Breaker.OpenUntil);
        Assert.Equal(0, relay.Connections);
    }

    [Fact]
    public async Task Slow_is_sent_after_a_while_in_which_its_lease_is_renewed()
    {
        await using var relay = new ScriptedSmtpServer();
        // Half as long again as its lease.
        var slow = TimeSpan.FromSeconds(4.5);
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay(relay)
            .With(TestSettings.ShortLease)
            .With(TestSettings.Sandbox, "true")
            .WithService(new SandboxTimes(slow))
            .StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail("slow@sandbox.test"), Cancellation);

        var delivering = pipeline.DeliverNextAsync(Lane.Transactional, Cancellation);
        await Eventually.TrueAsync(async () => (await pipeline.RowAsync(id, Cancellation)).State == EmailState.Sending, "it is claimed");
        var first = (await pipeline.RowAsync(id, Cancellation)).Claim!.LeaseUntil;
        await Eventually.TrueAsync(async () => (await pipeline.RowAsync(id, Cancellation)) is not { State: EmailState.Sending } row || row.Claim!.LeaseUntil > first, "the lease is renewed");
        Assert.Equal(EmailState.Sending, (await pipeline.RowAsync(id, Cancellation)).State);
        await delivering;

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Sent, 1), StateOf(row));
        Assert.InRange((await pipeline.Events.ReadTimelineAsync(row, Cancellation))[0].Duration, slow - TimeSpan.FromMilliseconds(100), Hang.After);
    }

    [Fact]
    public void Slow_takes_ten_seconds() => Assert.Equal(TimeSpan.FromSeconds(10), SandboxTimes.Default.Slow);

    [Theory]
    [InlineData("retry", nameof(EmailState.Deferred))]
    [InlineData("hold", nameof(EmailState.Uncertain))]
    [InlineData("assume_sent", nameof(EmailState.Sent))]
    public async Task A_lost_reply_is_uncertain_and_the_policy_decides(string policy, string state)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail("lost-reply@sandbox.test", more: $$""","on_uncertain":"{{policy}}" """), Cancellation);

        var row = await pipeline.DeliverUntilAsync(id, Cancellation, Enum.Parse<EmailState>(state));

        Assert.Equal(RecipientStatus.Uncertain, (await pipeline.Events.ReadTimelineAsync(row, Cancellation))[0].Recipients[0].Status);
        if (Enum.Parse<EmailState>(state) == EmailState.Deferred)
            Assert.Equal((EmailState.Sent, 2), StateOf(await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent)));
    }

    [Fact]
    public async Task Mail_to_test_addresses_needs_no_rate_slot_and_no_reachable_relay()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Reply("421 4.3.2 Busy").ThenClose() : null;
        await using var pipeline = await StartAsync(relay, (TestSettings.Relay("PerMinute"), "1"), (TestSettings.SandboxAllow, "example.com"));
        var waiting = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com"), Cancellation);
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Transactional, 3, Cancellation, (_, row) => row with { Recipients = [row.Recipients[0] with { Mailbox = "delivered@sandbox.test" }] });

        foreach (var id in ids)
            await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        var (_, explained, _) = await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(waiting.ToString(), Caller.Operator, Cancellation), Cancellation);
        Assert.Equal(1, explained.RootElement.GetProperty("relays").GetArrayLength());
    }

    [Fact]
    public async Task A_mail_to_both_kinds_is_one_attempt_whose_envelope_names_the_real_alone()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay, (TestSettings.SandboxAllow, "example.com"));

        var id = await pipeline.SubmitAsync(TestApp.Mail("bounced@sandbox.test,ada@example.com,greylisted@sandbox.test"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);

        Assert.Equal(["ada@example.com"], Assert.Single(relay.Mails).Recipients);
        Assert.Equal([RecipientStatus.Rejected, RecipientStatus.Sent, RecipientStatus.Deferred], row.Recipients.Select(recipient => recipient.Status));
        Assert.Equal(("relay", 3), (Assert.Single(await pipeline.Events.ReadTimelineAsync(row, Cancellation)) is var e ? e.Relay : null, e.Recipients.Count));
        var ended = await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);
        Assert.Equal((EmailState.Partial, 2), StateOf(ended));
        Assert.Equal("sandbox", (await pipeline.Events.ReadTimelineAsync(ended, Cancellation))[^1].Relay);
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task While_the_relay_cannot_be_reached_a_mail_to_both_kinds_waits_whole()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Reply("421 4.3.2 Busy").ThenClose() : null;
        await using var pipeline = await StartAsync(relay, (TestSettings.SandboxAllow, "example.com"));

        var id = await pipeline.SubmitAsync(TestApp.Mail("delivered@sandbox.test,ada@example.com"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);

        Assert.Equal((0, 1), (row.Attempt, row.Waits));
        Assert.All(row.Recipients, recipient => Assert.Equal(RecipientStatus.Pending, recipient.Status));
    }

    [Theory]
    [InlineData("false", "delivered@sandbox.test", "/to/0", "only while MailFunctions:Sandbox:Enabled is true")]
    [InlineData("true", "unknown@SANDBOX.test", "/to/0", "delivered, bounced, greylisted, throttled, slow, lost-reply")]
    public async Task A_test_address_that_cannot_be_taken_is_refused_at_its_place(string enabled, string to, string place, string expected)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).With(TestSettings.Sandbox, enabled).StartAsync();

        var (status, body, _) = await pipeline.PostAsync(TestApp.Mail(to, more: $$""","bcc":["{{to}}"]"""), Cancellation);

        Assert.Equal(422, status);
        var errors = body.RootElement.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal([place, "/bcc/0"], errors.Select(error => error.GetProperty("pointer").GetString()));
        Assert.All(errors, error => Assert.Contains(expected, error.GetProperty("message").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_test_mail_that_was_accepted_keeps_its_course_when_the_sandbox_is_switched_off()
    {
        await using var relay = new ScriptedSmtpServer();
        var account = azurite.TakeAccount();
        EmailId id;
        await using (var on = await TestApp.On(account).WithRelay(relay).With(TestSettings.Sandbox, "true").StartAsync())
            id = await on.SubmitAsync(TestApp.Mail("bounced@sandbox.test"), Cancellation);
        await using var off = await TestApp.On(account).WithRelay(relay).StartAsync();

        await off.DeliverUntilAsync(id, Cancellation, EmailState.Failed);

        Assert.Equal(0, relay.Connections);
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay, params IEnumerable<(string, string)> settings) =>
        TestApp.On(azurite).WithRelay(relay).With(TestSettings.Sandbox, "true").With(settings).StartAsync();

    private static (EmailState State, int Attempt) StateOf(LedgerRow row) => (row.State, row.Attempt);

    /// <summary>From the last attempt to the next.</summary>
    private static async Task<TimeSpan> WaitAsync(TestApp pipeline, LedgerRow row) =>
        row.DueAt!.Value - (await pipeline.Events.ReadTimelineAsync(row, Cancellation))[^1].At;
}
