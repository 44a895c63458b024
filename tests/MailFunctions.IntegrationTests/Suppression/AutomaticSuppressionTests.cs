using MailFunctions.Api.Emails;
using MailFunctions.Api.Held;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Suppression;

/// <summary>The suppression list keeps itself by what relays reply.</summary>
public sealed class AutomaticSuppressionTests(AzuriteFixture azurite)
{
    private const string Unknown = "550 5.1.1 User unknown";
    private const string Soft = "550 5.1.0 Address rejected";

    private static readonly SuppressionAges AlwaysNew = SuppressionAges.Default with { Fresh = TimeSpan.Zero };

    private readonly MovableClock _clock = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_address_is_suppressed_for_180_days_with_the_mail_and_the_code()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Unknown) };
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);

        var entry = await EntryAsync(pipeline, "ada@example.com");
        Assert.Equal((SuppressionReason.Bounce, SuppressionScope.All, id.ToString(), "550 5.1.1 in reply to the recipient"), (entry!.Reason, entry.Scope, entry.Mail, entry.Note));
        Assert.Equal(TimeSpan.FromDays(180), entry.ExpiresAt!.Value - (await pipeline.RowAsync(id, Cancellation)).EndedAt!.Value);
        Assert.Null(await EntryAsync(pipeline, "bob@example.com"));

        var next = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.DeliverUntilAsync(next, Cancellation, EmailState.Suppressed);
        var explained = (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(next.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;
        Assert.Contains($"after mail {id}: 550 5.1.1 in reply to the recipient.", explained.GetProperty("sentence").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("552 5.2.2 Over quota")]
    [InlineData("552 5.3.4 Too big")]
    [InlineData("550 5.7.1 Our policy")]
    public async Task A_full_mailbox_a_size_and_a_policy_suppress_nobody(string reply)
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", reply) };
        await using var pipeline = await StartAsync(relay);

        for (var i = 0; i < 6; i++)
            await FailAsync(pipeline, EmailState.Failed);

        Assert.Null(await EntryAsync(pipeline, "ada@example.com"));
    }

    [Fact]
    public async Task Five_mails_that_fail_suppress_bulk_mail_for_30_days()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Soft) };
        await using var pipeline = await StartAsync(relay);
        for (var i = 0; i < 4; i++)
            await FailAsync(pipeline, EmailState.Failed);
        Assert.Null(await EntryAsync(pipeline, "ada@example.com"));

        await FailAsync(pipeline, EmailState.Failed);

        var entry = await EntryAsync(pipeline, "ada@example.com");
        Assert.Equal((SuppressionScope.Bulk, "5 mails failed within 14 days, the last with 550 5.1.0"), (entry!.Scope, entry.Note));
        Assert.Equal(30, Math.Round((entry.ExpiresAt!.Value - entry.CreatedAt).TotalDays, 3));
        await FailAsync(pipeline, EmailState.Suppressed, "bulk");
        await FailAsync(pipeline, EmailState.Failed);
    }

    [Fact]
    public async Task Failures_count_for_14_days_and_each_mail_once()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var (counts, key, start, window) = (pipeline.Get<FailureCounts>(), SuppressionKey.Of("ada@example.com"), _clock.GetUtcNow(), TimeSpan.FromDays(14));

        Task<int> AddAsync(string mail, double day) => counts.AddAsync(key, new SoftFailure(mail, start.AddDays(day)), window, Cancellation);
        var counted = new List<int> { await AddAsync("a", 0), await AddAsync("b", 10), await AddAsync("b", 11), await AddAsync("c", 14.1), await AddAsync("d", 23.9) };
        Assert.Equal([1, 2, 2, 2, 3], counted);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => AddAsync($"e{i}", 24)));
        Assert.Equal(11, await AddAsync("b", 23.95));
        await counts.ForgetAsync(key, Cancellation);
        Assert.Equal(1, await AddAsync("f", 24));
    }

    [Fact]
    public async Task A_success_forgets_failures_and_takes_an_automatic_entry_back()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Soft) };
        await using var pipeline = await StartAsync(relay);
        for (var i = 0; i < 4; i++)
            await FailAsync(pipeline, EmailState.Failed);
        relay.Script = _ => null;
        await FailAsync(pipeline, EmailState.Sent);

        relay.Script = Refuse("ada", Soft);
        for (var i = 0; i < 4; i++)
            await FailAsync(pipeline, EmailState.Failed);
        Assert.Null(await EntryAsync(pipeline, "ada@example.com"));
        await FailAsync(pipeline, EmailState.Failed);
        Assert.NotNull(await EntryAsync(pipeline, "ada@example.com"));

        relay.Script = _ => null;
        await FailAsync(pipeline, EmailState.Sent);
        Assert.Null(await EntryAsync(pipeline, "ada@example.com"));
        await FailAsync(pipeline, EmailState.Sent, "bulk");
    }

    [Fact]
    public async Task An_entry_of_a_caller_is_neither_replaced_nor_taken_back()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Unknown) };
        await using var pipeline = await StartAsync(relay);
        await pipeline.SuppressAsync("ada@example.com", """{"reason":"unsubscribe","scope":"bulk"}""");

        await FailAsync(pipeline, EmailState.Failed);
        relay.Script = _ => null;
        await FailAsync(pipeline, EmailState.Sent);

        var entry = await EntryAsync(pipeline, "ada@example.com");
        Assert.Equal((SuppressionReason.Unsubscribe, SuppressionScope.Bulk, null), (entry!.Reason, entry.Scope, entry.Mail));
    }

    [Fact]
    public async Task A_hard_failure_replaces_the_entry_that_soft_ones_made()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Soft) };
        await using var pipeline = await StartAsync(relay);
        for (var i = 0; i < 5; i++)
            await FailAsync(pipeline, EmailState.Failed);
        relay.Script = Refuse("ada", Unknown);

        await FailAsync(pipeline, EmailState.Failed);

        Assert.Equal(SuppressionScope.All, (await EntryAsync(pipeline, "ada@example.com"))!.Scope);
    }

    [Fact]
    public async Task A_recipient_that_was_reached_before_a_mail_ended_takes_back_nothing_newer()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("bob", "450 4.2.1 Busy") };
        await using var pipeline = await StartAsync(relay);
        var first = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,bob@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(first, Cancellation, EmailState.Deferred);
        relay.Script = exchange => exchange.Verb != "RCPT" ? null : SmtpAction.Reply(exchange.LocalPart == "ada" ? Unknown : "550 5.7.1 Our policy");
        await FailAsync(pipeline, EmailState.Failed);

        await pipeline.DeliverUntilAsync(first, Cancellation, EmailState.Partial);

        Assert.NotNull(await EntryAsync(pipeline, "ada@example.com"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("news")]
    public async Task A_failed_mail_that_is_sent_again_goes_to_nobody_who_left_meanwhile(string? topic)
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Unknown) };
        await using var pipeline = await StartAsync(relay, ("MailFunctions:PublicUrl", "https://mail.example.com"));
        var more = topic is null ? ",\"unsubscribe\":true" : $",\"unsubscribe\":{{\"topic\":\"{topic}\"}}";
        var id = await pipeline.SubmitAsync(TestApp.Mail(lane: "bulk", more: more), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Failed);
        await pipeline.Get<Unsubscriptions>().AddAsync("ada@example.com", topic, Cancellation);
        relay.Script = _ => null;

        await pipeline.AnswerAsync(context => pipeline.Get<HeldMailActions>().RequeueAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation);

        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Suppressed);
        Assert.Empty(relay.Mails);
    }

    [Fact]
    public async Task An_entry_that_has_ended_is_replaced()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Unknown) };
        await using var pipeline = await StartAsync(relay);
        var now = _clock.GetUtcNow();
        await pipeline.Get<SuppressionWriter>().PutAsync([new SuppressionEntry("ada@example.com", SuppressionReason.Manual, SuppressionScope.All, now.AddDays(-2), now.AddDays(-1), null)], Cancellation);

        await FailAsync(pipeline, EmailState.Failed);

        Assert.Equal(SuppressionReason.Bounce, (await EntryAsync(pipeline, "ada@example.com"))!.Reason);
    }

    [Fact]
    public async Task A_person_who_has_a_failed_mail_tried_again_wins_over_its_automatic_entry()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Unknown) };
        await using var pipeline = await StartAsync(relay);
        var id = await FailAsync(pipeline, EmailState.Failed);
        relay.Script = _ => null;

        await pipeline.AnswerAsync(context => pipeline.Get<HeldMailActions>().RequeueAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation);

        Assert.Null(await EntryAsync(pipeline, "ada@example.com"));
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
    }

    [Theory]
    [InlineData("bounced@sandbox.test", "")]
    [InlineData("ada@example.com", "divert@example.com")]
    public async Task Test_addresses_and_diverted_mail_suppress_nobody(string to, string divertTo)
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("divert", Unknown) };
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).WithService(AlwaysNew)
            .With(("MailFunctions:Sandbox:Enabled", "true"), ("MailFunctions:Sandbox:DivertTo", divertTo)).StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(to), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Failed);

        Assert.Null(await EntryAsync(pipeline, to));
        Assert.Null(await EntryAsync(pipeline, "divert@example.com"));
    }

    [Fact]
    public async Task Switched_off_the_list_is_left_to_callers()
    {
        await using var relay = new ScriptedSmtpServer { Script = Refuse("ada", Unknown) };
        await using var pipeline = await StartAsync(relay, (AutomaticSuppressionOptions.Section + ":Enabled", "false"));

        await FailAsync(pipeline, EmailState.Failed);

        Assert.Null(await EntryAsync(pipeline, "ada@example.com"));
    }

    /// <summary>The process that recorded a failure ended before it wrote the list.</summary>
    [Theory]
    [InlineData(5, true)]
    [InlineData(90, false)]
    public async Task A_failure_is_noted_when_the_message_shows_again_within_an_hour(int minutes, bool isNoted)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var ended = _clock.GetUtcNow();
        await QueuedMails.PutAsync(pipeline, Lane.Transactional, 1, Cancellation, (_, row) => row with
        {
            State = EmailState.Failed,
            Attempt = 1,
            EventMinutes = [row.Id.PartitionKey],
            EndedAt = ended,
            Recipients = [row.Recipients[0] with { Status = RecipientStatus.Rejected, Attempt = 1, Reply = new SmtpReply(SmtpStage.RcptTo, 550, "5.1.1", "User unknown") }],
        });
        _clock.Advance(TimeSpan.FromMinutes(minutes));

        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Equal(isNoted, await EntryAsync(pipeline, "ada@example.com") is not null);
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay, params (string Name, string Value)[] settings) =>
        TestApp.On(azurite).WithRelay(relay).WithService(AlwaysNew).WithClock(_clock).With(settings).StartAsync();

    private static Func<SmtpExchange, SmtpAction?> Refuse(string localPart, string reply) =>
        exchange => exchange.Verb == "RCPT" && exchange.LocalPart == localPart ? SmtpAction.Reply(reply) : null;

    private static async Task<EmailId> FailAsync(TestApp pipeline, EmailState state, string lane = "transactional")
    {
        var id = await pipeline.SubmitAsync(TestApp.Mail(lane: lane), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, state);
        return id;
    }

    private static async Task<SuppressionEntry?> EntryAsync(TestApp pipeline, string address) =>
        (await pipeline.Get<SuppressionTable>().FindAsync(address, topic: null, Cancellation)).SingleOrDefault();
}
