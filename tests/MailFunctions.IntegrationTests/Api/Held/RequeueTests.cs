using System.Text;
using System.Text.Json;
using MailFunctions.Api.Held;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Api.Suppressions;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Suppression;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Held;

/// <summary>The way back of mail that ended without being sent, for reasons that were no fault of the mail.</summary>
public sealed class RequeueTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_failed_mail_is_tried_again_its_attempts_go_on_and_both_ends_are_recorded()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var id = await FailAsync(pipeline, relay, "ada@example.com");
        var failed = await pipeline.RowAsync(id, Cancellation);

        Assert.Equal((200, "queued"), await RequeueAsync(pipeline, id));
        var queued = await pipeline.RowAsync(id, Cancellation);
        Assert.Null(queued.EndedAt);
        Assert.True(queued.ExpiresAt - pipeline.Get<TimeProvider>().GetUtcNow() > TimeSpan.FromHours(23.9));
        var sent = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal((1, 2), (failed.Attempt, sent.Attempt));
        Assert.Equal([EmailState.Failed, EmailState.Sent], (await pipeline.Events.ReadTimelineAsync(sent, Cancellation)).Select(e => e.State));
        Assert.Single(relay.Mails);
        Assert.Equal(409, (await RequeueAsync(pipeline, id)).Status);
    }

    [Fact]
    public async Task An_expired_mail_gets_a_new_hour_and_its_earlier_end_stays_recorded()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.NotNull(await pipeline.Ledger.TryUpdateAsync(row with { ExpiresAt = row.AcceptedAt }, Cancellation));
        var expired = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Expired);

        Assert.Equal((200, "queued"), await RequeueAsync(pipeline, id));
        var sent = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal([expired.Ending!], sent.PastEndings);
        Assert.Equal(EmailState.Expired, (await pipeline.Events.ReadAsync(expired.Ending!, Cancellation))!.State);
        Assert.True(sent.ExpiresAt > row.AcceptedAt + TimeSpan.FromMinutes(59));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 24)]
    public async Task A_requeued_mail_gets_an_hour_if_its_caller_set_an_expiry_otherwise_24(bool limited, int hours)
    {
        await using var relay = new ScriptedSmtpServer();
        var clock = new MovableClock();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).WithClock(clock).StartAsync();
        relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply("550 5.7.1 Blocked") : null;
        var until = FormattableString.Invariant($",\"expires_at\":\"{clock.GetUtcNow().AddHours(2):O}\"");
        var id = await pipeline.SubmitAsync(TestApp.Mail(more: limited ? until : null), Cancellation);
        var failed = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Failed);
        Assert.NotNull(await pipeline.Ledger.TryUpdateAsync(failed with { ExpiresAt = failed.AcceptedAt.AddHours(25) }, Cancellation));
        clock.Advance(TimeSpan.FromHours(26));

        Assert.Equal((200, "queued"), await RequeueAsync(pipeline, id));

        var left = (await pipeline.RowAsync(id, Cancellation)).ExpiresAt - clock.GetUtcNow();
        Assert.InRange(left.TotalHours, hours - 0.5, hours);
    }

    [Fact]
    public async Task A_requeued_partial_mail_is_sent_only_to_unsent_recipients_whose_reply_matches()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        relay.Script = exchange => exchange switch
        {
            { Verb: "RCPT", LocalPart: "bad" } => SmtpAction.Reply("550 5.1.1 No such user"),
            { Verb: "RCPT", LocalPart: "full" } => SmtpAction.Reply("550 5.2.2 Over quota"),
            _ => null,
        };
        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,bad@example.com,full@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);
        relay.Script = _ => null;

        Assert.Equal(0, (await ManyAsync(pipeline, """{"state":"partial","code":554}""")).GetProperty("matched").GetInt32());
        Assert.Equal(1, (await ManyAsync(pipeline, """{"state":"partial","code":550,"enhanced_code":"5.2.2","dry_run":false}""")).GetProperty("done").GetInt32());
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial, EmailState.Sent);

        Assert.Equal([RecipientStatus.Sent, RecipientStatus.Rejected, RecipientStatus.Sent], row.Recipients.Select(recipient => recipient.Status));
        Assert.Equal([["ada@example.com"], ["full@example.com"]], relay.Mails.Select(mail => mail.Recipients));
        Assert.Equal((200, "queued"), await RequeueAsync(pipeline, id));
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.Equal(["bad@example.com"], relay.Mails.Last().Recipients);
    }

    [Fact]
    public async Task Bulk_requeue_filters_by_time_batch_relay_lane_and_reply_and_counts_before_sending()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply("550 5.7.1 Blocked") : null;
        var batch = (await pipeline.SubmitBatchAsync(
            """{"defaults":{"from":"shop@example.org","subject":"s","text":"t","lane":"bulk"},"emails":[{"to":"a@example.com"},{"to":"b@example.com"}]}""", Cancellation)).Require(202);
        var alone = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        foreach (var id in (EmailId[])[.. batch.Emails, alone])
            await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Failed);
        relay.Script = _ => null;
        var accepted = alone.MintedAt;

        Assert.Equal(3, await MatchedAsync(""));
        Assert.Equal(2, await MatchedAsync(",\"lane\":\"bulk\""));
        Assert.Equal(2, await MatchedAsync($",\"batch\":\"{batch.Body.GetProperty("id").GetString()}\""));
        Assert.Equal(3, await MatchedAsync(",\"relay\":\"relay\",\"code\":550,\"enhanced_code\":\"5.7.1\""));
        Assert.Equal(0, await MatchedAsync(",\"relay\":\"other\""));
        Assert.Equal(0, await MatchedAsync(",\"enhanced_code\":\"5.7.2\""));
        Assert.Equal(1, await MatchedAsync(FormattableString.Invariant($",\"from\":\"{accepted:O}\"")));
        Assert.Equal(2, await MatchedAsync(FormattableString.Invariant($",\"to\":\"{accepted:O}\"")));
        Assert.Equal(EmailState.Failed, (await pipeline.RowAsync(alone, Cancellation)).State);

        var dry = await ManyAsync(pipeline, """{"state":"failed","lane":"bulk"}""");
        Assert.Equal(batch.Emails.Order().Select(id => id.ToString()), dry.GetProperty("sample").EnumerateArray().Select(id => id.GetString()!).Order(StringComparer.Ordinal));
        var done = await ManyAsync(pipeline, """{"state":"failed","lane":"bulk","dry_run":false}""");
        Assert.Equal((2, 2, false), (done.GetProperty("matched").GetInt32(), done.GetProperty("done").GetInt32(), done.GetProperty("more").GetBoolean()));
        foreach (var id in batch.Emails)
            await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.Equal(EmailState.Failed, (await pipeline.RowAsync(alone, Cancellation)).State);
        Assert.Equal(0, (await ManyAsync(pipeline, """{"state":"failed","lane":"bulk","dry_run":false}""")).GetProperty("matched").GetInt32());

        async Task<int> MatchedAsync(string filters) => (await ManyAsync(pipeline, $$"""{"state":"failed"{{filters}}}""")).GetProperty("matched").GetInt32();
    }

    [Theory]
    [InlineData("""{"state":"sent"}""", "/state")]
    [InlineData("""{"state":"failed","code":250}""", "/code")]
    [InlineData("""{"state":"failed","code":"550"}""", "/code")]
    [InlineData("""{"state":"failed","enhanced_code":"5.4"}""", "/enhanced_code")]
    [InlineData("""{"state":"failed","from":"yesterday"}""", "/from")]
    [InlineData("""{"state":"failed","from":"2026-11-02T00:00:00Z","to":"2026-11-01T00:00:00Z"}""", "/from")]
    [InlineData("""{"state":"failed","from":"1969-12-31T23:59:59Z"}""", "/from")]
    [InlineData("""{"state":"failed","to":"0001-01-02T00:00:00Z"}""", "/to")]
    [InlineData("""{"state":"failed","to":"1970-01-01T00:00:00Z"}""", "/to")]
    [InlineData("""{"state":"failed","from":"9999-12-31T23:59:59.9999999Z"}""", "/from")]
    [InlineData("""{"state":"dead","from":"0001-01-01T00:00:00Z"}""", "/from")]
    [InlineData("""{"state":"failed","batch":"b1"}""", "/batch")]
    [InlineData("""{"state":"failed","relay":""}""", "/relay")]
    [InlineData("""{"state":"failed","after":"elsewhere"}""", "/after")]
    public async Task A_filter_that_cannot_be_read_is_refused_with_its_place(string json, string place)
    {
        await using var pipeline = await TestApp.On(azurite).StartAsync();

        var (status, body, _) = await PostAsync(pipeline, json, requeue: true);

        Assert.Equal(422, status);
        Assert.Equal(place, Assert.Single(body.RootElement.GetProperty("errors").EnumerateArray()).GetProperty("pointer").GetString());
        Assert.Equal(422, (await PostAsync(pipeline, """{"state":"failed"}""", requeue: false)).Status);
    }

    [Fact]
    public async Task Requeue_refuses_mail_whose_content_is_purged_or_soon_will_be_and_counts_it()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);
        var (purged, soon, kept) = (await FailAsync(pipeline, relay, "a@example.com"), await FailAsync(pipeline, relay, "b@example.com"), await FailAsync(pipeline, relay, "c@example.com"));
        var now = pipeline.Get<TimeProvider>().GetUtcNow();
        Assert.All(await pipeline.Ledger.TryDropContentAsync([await pipeline.RowAsync(purged, Cancellation)], now, Cancellation), Assert.NotNull);
        Assert.NotNull(await pipeline.Ledger.TryUpdateAsync(await pipeline.RowAsync(soon, Cancellation) with { EndedAt = now - TimeSpan.FromDays(7) + Requeuer.BeforePurge }, Cancellation));

        Assert.Equal(409, (await RequeueAsync(pipeline, purged)).Status);
        Assert.Equal(409, (await RequeueAsync(pipeline, soon)).Status);
        foreach (var dryRun in (string[])["true", "false"])
        {
            var many = await ManyAsync(pipeline, $$"""{"state":"failed","dry_run":{{dryRun}}}""");
            Assert.Equal((3, 2), (many.GetProperty("matched").GetInt32(), many.GetProperty("skipped").GetProperty("content_purged").GetInt32()));
        }

        await pipeline.DeliverUntilAsync(kept, Cancellation, EmailState.Sent);
        Assert.Equal(EmailState.Failed, (await pipeline.RowAsync(purged, Cancellation)).State);
    }

    [Fact]
    public async Task A_requeued_mail_to_a_recipient_suppressed_since_then_is_not_sent()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay(relay)
            .WithService(SuppressionAges.Default with { Fresh = TimeSpan.Zero })
            .StartAsync();
        var id = await FailAsync(pipeline, relay, "ada@example.com");
        await pipeline.SuppressAsync("ada@example.com");

        Assert.Equal((200, "queued"), await RequeueAsync(pipeline, id));
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Suppressed);

        Assert.Empty(relay.Mails);
        Assert.Equal(409, (await RequeueAsync(pipeline, id)).Status);
    }

    [Fact]
    public async Task Requeue_returns_404_for_a_key_that_was_closed_before_its_accept()
    {
        await using var pipeline = await TestApp.On(azurite).StartAsync();
        var id = EmailId.Mint(pipeline.Get<TimeProvider>().GetUtcNow())[0];
        Assert.True(await pipeline.Ledger.TryInsertVoidAsync(id, Lane.Bulk, id.MintedAt, Cancellation));

        Assert.Equal(404, (await RequeueAsync(pipeline, id)).Status);
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay) => TestApp.On(azurite).WithRelay(relay).StartAsync();

    private static async Task<EmailId> FailAsync(TestApp pipeline, ScriptedSmtpServer relay, string to)
    {
        relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply("550 5.7.1 Blocked") : null;
        var id = await pipeline.SubmitAsync(TestApp.Mail(to), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Failed);
        relay.Script = _ => null;
        return id;
    }

    private static async Task<(int Status, string? State)> RequeueAsync(TestApp pipeline, EmailId id)
    {
        var (status, body, _) = await pipeline.AnswerAsync(_ => pipeline.Get<HeldMailActions>().RequeueAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation);
        return (status, status == 200 ? body.RootElement.GetProperty("status").GetString() : null);
    }

    private static Task<(int Status, JsonDocument Body, IHeaderDictionary Headers)> PostAsync(TestApp pipeline, string json, bool requeue) =>
        pipeline.AnswerAsync(context => pipeline.Get<HeldMailBulkActions>().DecideAsync(context.Request, requeue, Caller.Operator, Cancellation), Cancellation, Encoding.UTF8.GetBytes(json));

    private static async Task<JsonElement> ManyAsync(TestApp pipeline, string json)
    {
        var (status, body, _) = await PostAsync(pipeline, json, requeue: true);
        Assert.True(status == 200, body.RootElement.ToString());
        return body.RootElement;
    }
}
