using System.Text.Json;
using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Keys.Callers;
using MailFunctions.Keys.Pauses;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>Mail of a paused key, sender or lane is accepted and waits; no attempt is used, and its time goes on.</summary>
public sealed class PausedDeliveryTests(AzuriteFixture azurite)
{
    private const string Key = "abcdefghij01";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Targets => new() { { "lane", "transactional" }, { "sender", "example.org" }, { "sender", "shop@example.org" }, { "key", Key } };

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_paused_mail_waits_without_an_attempt_and_is_sent_after_its_target_is_resumed(string kind, string name)
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = Assert.Single(await QueuedMails.PutAsync(pipeline, Lane.Transactional, 1, Cancellation, (_, row) => row with { Key = Key }));
        var before = await pipeline.RowAsync(id, Cancellation);
        var pause = await PauseAsync(pipeline, kind, name);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        // A pause counts neither as an attempt nor as a wait: what follows it begins with short waits.
        Assert.Equal((EmailState.Deferred, 0, 0, WaitReason.Paused), (row.State, row.Attempt, row.Waits, row.WaitingFor));
        Assert.Equal((pause.Sentence(), before.ExpiresAt), (row.Reason, row.ExpiresAt));
        Assert.InRange(row.DueAt!.Value - before.AcceptedAt, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(5));
        Assert.Equal(0, relay.Connections);
        Assert.Contains(pause.Sentence(), (await ExplainAsync(pipeline, id)).GetProperty("sentence").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(pipeline.Logs.All, line => line.Text.Contains("shop@", StringComparison.Ordinal));

        Assert.Equal(EmailState.Deferred, (await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation)).State);
        Assert.True(await pipeline.Get<PauseTable>().RemoveAsync(pause.Target, Cancellation));
        pipeline.Get<PauseList>().Forget();
        row = await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);

        Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt));
        Assert.Single(relay.Mails);
    }

    [Fact]
    public async Task Mail_of_others_in_the_same_message_is_sent_meanwhile()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 20, Cancellation, (i, row) => row with { Sender = i % 2 == 0 ? "shop@example.org" : "news@example.com" });
        await PauseAsync(pipeline, "sender", "example.com");

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        for (var i = 0; i < ids.Count; i++)
            Assert.Equal(i % 2 == 0 ? EmailState.Sent : EmailState.Deferred, (await pipeline.RowAsync(ids[i], Cancellation)).State);
        Assert.Equal(10, relay.Mails.Count);
        // One message wakes all that wait.
        Assert.Equal(1, await pipeline.CountMessagesAsync(StorageNames.BulkQueue, Cancellation));
    }

    [Fact]
    public async Task Claimed_mail_whose_turn_has_not_come_is_given_back_when_it_is_paused()
    {
        await using var relay = new ScriptedSmtpServer { Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Mail: 1 } ? SmtpAction.Stall : null };
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay, ("MaxConnections", "2")).StartAsync();
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 5, Cancellation);

        var delivering = pipeline.DeliverNextAsync(Lane.Bulk, Cancellation);
        await relay.WaitForCommandAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation);
        await PauseAsync(pipeline, "lane", "bulk");
        relay.Script = _ => null;
        relay.Release();
        Assert.True(await delivering);

        var rows = await Task.WhenAll(ids.Select(id => pipeline.RowAsync(id, Cancellation)));
        Assert.Single(relay.Mails);
        Assert.Single(rows, row => row is { State: EmailState.Sent, Attempt: 1 });
        Assert.Equal(4, rows.Count(row => row is { State: EmailState.Deferred, Attempt: 0, WaitingFor: WaitReason.Paused, Claim: null }));
        Assert.All(rows.Where(row => row.State == EmailState.Deferred), row => Assert.Empty(row.EventMinutes));
    }

    [Fact]
    public async Task A_mail_whose_time_is_over_expires_while_it_is_paused()
    {
        var clock = new MovableClock();
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).WithClock(clock).StartAsync();
        var id = Assert.Single(await QueuedMails.PutAsync(pipeline, Lane.Bulk, 1, Cancellation));
        await PauseAsync(pipeline, "lane", "bulk");
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        Assert.Equal(EmailState.Deferred, (await pipeline.RowAsync(id, Cancellation)).State);

        clock.Advance(TimeSpan.FromDays(4));
        var row = await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);

        Assert.Equal((EmailState.Expired, 0), (row.State, row.Attempt));
        Assert.Equal(0, relay.Connections);
        Assert.Equal(EmailState.Expired, (await pipeline.Events.ReadAsync(row.Ending!, Cancellation))!.State);
    }

    [Fact]
    public async Task A_call_that_waits_for_a_paused_mail_gets_202()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).With(TestSettings.HttpInstances, "1").StartAsync();
        await PauseAsync(pipeline, "sender", "example.org");

        var answer = (await pipeline.SubmitOneAsync(TestApp.Mail(), Cancellation, wait: "10")).Require(202);
        await pipeline.DeliverUntilAsync(answer.EmailId, Cancellation, EmailState.Deferred);

        Assert.Equal(WaitReason.Paused, (await pipeline.RowAsync(answer.EmailId, Cancellation)).WaitingFor);
        Assert.Equal(0, relay.Connections);
    }

    [Fact]
    public async Task A_worker_that_knows_nothing_of_pauses_sends_nothing_until_it_does()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var proxy = await StorageProxy.StartAsync(azurite.TakeAccount(), Cancellation);
        var clock = new DrivenClock();
        await using var pipeline = await TestApp.On(proxy).WithRelay(relay).WithClock(clock).StartAsync();
        var id = Assert.Single(await QueuedMails.PutAsync(pipeline, Lane.Bulk, 1, Cancellation));
        proxy.Faults = request => request.Name == StorageNames.PausesTable ? StorageFault.RefuseWith(403) : StorageFault.None;

        await Assert.ThrowsAnyAsync<Azure.RequestFailedException>(() => pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        Assert.Equal((EmailState.Queued, 0), ((await pipeline.RowAsync(id, Cancellation)).State, relay.Connections));
        proxy.Faults = _ => StorageFault.None;
        // A failed read is not repeated at once.
        clock.Advance(TimeSpan.FromSeconds(1));
        await pipeline.Get<LaneQueues>().PutAsync(Lane.Bulk, [new(id, 1)], TimeSpan.Zero, Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Single(relay.Mails);
    }

    /// <summary>Each instance has its own copy of the pauses, and its own clock.</summary>
    [Fact]
    public async Task A_pause_on_one_instance_stops_the_mail_of_another_within_five_seconds()
    {
        var account = azurite.TakeAccount();
        var clock = new DrivenClock();
        await using var relay = new ScriptedSmtpServer();
        await using var one = await TestApp.On(account).WithRelay(relay).StartAsync();
        await using var other = await TestApp.On(account).WithRelay(relay).WithClock(clock).StartAsync();
        await QueuedMails.PutAsync(other, Lane.Bulk, 1, Cancellation);
        Assert.True(await other.DeliverNextAsync(Lane.Bulk, Cancellation));
        Assert.Single(relay.Mails);

        await PauseAsync(one, "lane", "bulk");
        clock.Advance(PauseList.HoldsWithin);
        var id = Assert.Single(await QueuedMails.PutAsync(other, Lane.Bulk, 1, Cancellation));
        Assert.True(await other.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Equal(WaitReason.Paused, (await other.RowAsync(id, Cancellation)).WaitingFor);
        Assert.Single(relay.Mails);
    }

    private static async Task<JsonElement> ExplainAsync(TestApp pipeline, EmailId id) =>
        (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;

    private static async Task<Pause> PauseAsync(TestApp pipeline, string kind, string name)
    {
        Assert.True(PauseTarget.TryParse(PauseKinds.Find(kind)!.Value, name, out var target, out _));
        var pause = new Pause(target, "It was a mistake", "operator:command", new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero), null);
        await pipeline.Get<PauseTable>().PutAsync(pause, Cancellation);
        pipeline.Get<PauseList>().Forget();
        return pause;
    }

    /// <summary>Goes on as clocks do, and can be put ahead, durations included.</summary>
    private sealed class DrivenClock : TimeProvider
    {
        private TimeSpan _ahead;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

        public override long GetTimestamp() => System.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);

        public void Advance(TimeSpan by) => _ahead += by;
    }
}
