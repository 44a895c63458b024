using System.Text.Json;
using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>What a person is told who asks why a mail has not been sent yet.</summary>
public sealed class ExplainTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_says_in_a_sentence_what_a_mail_waits_for_and_what_became_of_it()
    {
        await using var relay = new ScriptedSmtpServer();
        var grey = 0;
        relay.Script = exchange => exchange.Verb == "RCPT" && Interlocked.Increment(ref grey) == 1 ? SmtpAction.Reply("450 4.7.1 Try again in 2 seconds") : null;
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        Assert.Contains("waits in the transactional lane", await SentenceAsync(), StringComparison.Ordinal);
        Assert.Equal("worker", await WaitingForAsync());
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        Assert.Contains("tried again at", await SentenceAsync(), StringComparison.Ordinal);
        Assert.Contains("Try again in 2 seconds", await SentenceAsync(), StringComparison.Ordinal);
        Assert.Equal("deferred_by_reply", await WaitingForAsync());
        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.InRange(row.DueAt!.Value - (await pipeline.Events.ReadTimelineAsync(row, Cancellation))[0].At, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2.3));
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.Contains("Every recipient was accepted", await SentenceAsync(), StringComparison.Ordinal);
        Assert.Null(await WaitingForAsync());

        async Task<string> SentenceAsync() => SentenceOf(await ExplainAsync(pipeline, id));

        async Task<string?> WaitingForAsync() => (await ExplainAsync(pipeline, id)).TryGetProperty("waiting_for", out var word) ? word.GetString() : null;
    }

    [Fact]
    public async Task A_relay_whose_circuit_one_instance_opened_is_reported_by_every_other()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Reply("421 4.3.2 Busy").ThenClose() : null;
        var account = azurite.TakeAccount();
        await using var sender = await TestApp.On(account).WithRelay(relay).StartAsync();
        await using var reader = await TestApp.On(account).WithRelay(relay).StartAsync();
        var id = await sender.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.False((await RelayAsync(reader, id)).TryGetProperty("left_alone_until", out _));

        var breaker = sender.Get<RelayRouter>().Lines[0].Breaker;
        for (var other = 0; other < 5; other++)
            await sender.SubmitAsync(TestApp.Mail(), Cancellation);
        await Eventually.TrueAsync(
            async () =>
            {
                await sender.DeliverNextAsync(Lane.Transactional, Cancellation);
                return breaker.OpenUntil is not null;
            },
            "the breaker is open");

        await Eventually.TrueAsync(async () => (await RelayAsync(reader, id)).TryGetProperty("left_alone_until", out _), "the notice can be read");
        var facts = await RelayAsync(reader, id);
        Assert.Equal(("connect", 421), (facts.GetProperty("left_alone_stage").GetString(), facts.GetProperty("left_alone_code").GetInt32()));
        Assert.Contains("Relay relay failed too often and its circuit is open until", SentenceOf(await ExplainAsync(reader, id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_reports_an_exhausted_rate_limit_and_when_it_has_room()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay, ("PerMinute", "6")).StartAsync();
        await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        var before = pipeline.Get<TimeProvider>().GetUtcNow();
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        var after = pipeline.Get<TimeProvider>().GetUtcNow();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        var explained = await ExplainAsync(pipeline, id);

        Assert.Contains("Relay relay has had what its limit PerMinute of 6 allows; there should be room at", SentenceOf(explained), StringComparison.Ordinal);
        var facts = await RelayAsync(pipeline, id);
        Assert.Equal("PerMinute of 6", facts.GetProperty("full_limit").GetString());
        Assert.InRange(facts.GetProperty("room_at").GetDateTimeOffset(), before.AddSeconds(10), after.AddSeconds(15));
        // To look is not to take: asked again, the room is no later.
        Assert.Equal(facts.GetProperty("room_at").GetDateTimeOffset(), (await RelayAsync(pipeline, id)).GetProperty("room_at").GetDateTimeOffset());
    }

    private static async Task<JsonElement> ExplainAsync(TestApp pipeline, EmailId id) =>
        (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;

    private static async Task<JsonElement> RelayAsync(TestApp pipeline, EmailId id) =>
        Assert.Single((await ExplainAsync(pipeline, id)).GetProperty("relays").EnumerateArray());

    private static string SentenceOf(JsonElement explained) => explained.GetProperty("sentence").GetString()!;
}
