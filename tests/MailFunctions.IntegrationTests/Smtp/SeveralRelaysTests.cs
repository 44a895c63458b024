using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Smtp;

/// <summary>Which relay has a mail, what becomes of it when that relay is not well, and whose connections it uses.</summary>
public sealed class SeveralRelaysTests(AzuriteFixture azurite)
{
    private const int RefusesCredentials = 2101;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SmtpExchange.Greeting, "421 4.3.2 Busy")]
    [InlineData(SmtpExchange.Greeting, "554 5.3.2 Closed")]
    [InlineData(SmtpExchange.Greeting, "close")]
    [InlineData("EHLO", "reset")]
    [InlineData("AUTH", "535 5.7.8 Wrong")]
    [InlineData("AUTH", "454 4.7.0 Later")]
    public async Task A_relay_that_does_not_let_us_in_is_followed_by_the_next(string verb, string deed)
    {
        await using var first = new ScriptedSmtpServer();
        await using var second = new ScriptedSmtpServer();
        first.Script = exchange => exchange.Verb != verb ? null : deed switch
        {
            "close" => SmtpAction.Close,
            "reset" => SmtpAction.Reset,
            _ => SmtpAction.Reply(deed),
        };
        await using var pipeline = await StartAsync(first, second, (TestSettings.Relay("first", "User"), "user"), (TestSettings.Relay("first", "Password"), "secret"));

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt));
        Assert.Equal("second", Assert.Single(await pipeline.Events.ReadTimelineAsync(row, Cancellation)).Relay);
        Assert.Equal((0, 1), (first.Mails.Count, second.Mails.Count));
        Assert.Equal(0, Rented(pipeline));
    }

    [Fact]
    public async Task A_relay_lost_during_a_chunk_is_replaced_and_each_attempt_names_its_relay()
    {
        await using var first = new ScriptedSmtpServer();
        await using var second = new ScriptedSmtpServer();
        first.Script = exchange => exchange switch
        {
            { Verb: "MAIL", Mail: 4 } => SmtpAction.Reply("421 4.7.0 Enough").ThenClose(),
            { Verb: SmtpExchange.Greeting, Connection: > 1 } => SmtpAction.Reply("421 4.7.0 Enough").ThenClose(),
            _ => null,
        };
        await using var pipeline = await StartAsync(first, second);
        LedgerRow? seen = null;
        IReadOnlyList<EmailId> ids = [];
        second.Script = exchange =>
        {
            if (exchange is { Verb: SmtpExchange.FinalDot, Mail: 1 })
                seen = pipeline.Ledger.ReadManyAsync(ids, Cancellation).GetAwaiter().GetResult()[ids[3]];
            return null;
        };
        ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 8, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.All(rows.Values, row => Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt)));
        Assert.Equal((3, 5), (first.Mails.Count, second.Mails.Count));
        var relays = new List<string?>();
        foreach (var id in ids)
            relays.Add(Assert.Single(await pipeline.Events.ReadTimelineAsync(rows[id], Cancellation)).Relay);
        Assert.Equal(["first", "first", "first", "second", "second", "second", "second", "second"], relays);
        Assert.Equal((EmailState.Sending, "second"), (seen!.State, seen.Claim!.Relay));
        Assert.Equal(0, Rented(pipeline));
    }

    [Theory]
    [InlineData("MAIL", "reset")]
    [InlineData("RCPT", "close")]
    [InlineData("MAIL", "421 4.3.2 Too many mails on this connection")]
    public async Task A_connection_that_was_kept_too_long_costs_no_attempt(string verb, string deed)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb != verb || exchange is not { Connection: 1, Mail: 2 } ? null : deed switch
        {
            "reset" => SmtpAction.Reset,
            "close" => SmtpAction.Close,
            _ => SmtpAction.Reply(deed).ThenClose(),
        };
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();

        for (var i = 0; i < 2; i++)
        {
            var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
            var row = await pipeline.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Sent, 1), (row.State, row.Attempt));
        }

        Assert.Equal((2, 2), (relay.Connections, relay.Mails.Count));
    }

    [Fact]
    public async Task A_relay_that_refuses_our_credentials_has_its_circuit_opened_and_mail_deferred()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == "AUTH" ? SmtpAction.Reply("535 5.7.8 Wrong") : null;
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay, ("User", "user"), ("Password", "secret")).StartAsync();
        var ids = new List<EmailId>();
        for (var i = 0; i < 3; i++)
        {
            ids.Add(await pipeline.SubmitAsync(TestApp.Mail(), Cancellation));
            Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        }

        Assert.Equal(1, relay.Connections);
        Assert.Equal(1, pipeline.Logs.Count(RefusesCredentials));
        var until = Assert.Single(pipeline.Get<RelayRouter>().Lines).Breaker.OpenUntil;
        foreach (var id in ids)
        {
            var row = await pipeline.RowAsync(id, Cancellation);
            Assert.Equal((EmailState.Deferred, 0, 1), (row.State, row.Attempt, row.Waits));
            Assert.InRange(row.DueAt!.Value, until!.Value, until.Value + TimeSpan.FromSeconds(10));
        }

        Assert.Equal(3, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    [Fact]
    public async Task A_chunk_that_has_to_wait_waits_together()
    {
        await using var pipeline = await TestApp.On(azurite).StartAsync();
        var ids = await QueuedMails.PutAsync(pipeline, Lane.Bulk, 20, Cancellation);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.All(rows.Values, row => Assert.Equal((EmailState.Deferred, 0, 1), (row.State, row.Attempt, row.Waits)));
        Assert.Single(rows.Values.Select(row => row.DueAt).Distinct());
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-bulk", Cancellation));
    }

    [Fact]
    public async Task Bulk_mail_that_fills_its_connections_waits_and_never_takes_those_of_transactional_mail()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Recipients: ["slow@example.com"] } ? SmtpAction.Stall : null;
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay, ("MaxConnections", "2"), ("ConnectionWait", "00:00:00.2")).StartAsync();
        await pipeline.SubmitAsync(TestApp.Mail("slow@example.com", "bulk"), Cancellation);
        var slow = pipeline.DeliverNextAsync(Lane.Bulk, Cancellation);
        await relay.WaitForCommandAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation);

        var bulk = await pipeline.SubmitAsync(TestApp.Mail(lane: "bulk"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));
        var code = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var waiting = await pipeline.RowAsync(bulk, Cancellation);
        Assert.Equal((EmailState.Deferred, 0), (waiting.State, waiting.Attempt));
        Assert.Contains("All connections of the lane are in use (1)", waiting.Reason, StringComparison.Ordinal);
        Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(code, Cancellation)).State);
        Assert.Equal(2, relay.MaxConcurrentConnections);
        Assert.Null(pipeline.Get<RelayRouter>().Lines[0].Breaker.OpenUntil);
        relay.Script = _ => null;
        relay.Release();
        Assert.True(await slow);
        Assert.Equal(0, Rented(pipeline));
    }

    [Fact]
    public async Task A_chunk_is_cut_by_the_relays_that_its_mails_are_for()
    {
        await using var first = new ScriptedSmtpServer();
        await using var second = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay("first", first, ("MaxConnections", "2"))
            .WithRelay("second", second, ("Match:Tags", "kind:news"), ("MaxConnections", "2"))
            .StartAsync();
        await QueuedMails.PutAsync(pipeline, Lane.Bulk, 10, Cancellation, (i, row) => row with { Tags = [new Tag("n", $"{i}"), new Tag("kind", i % 2 == 0 ? "news" : "bill")] });

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Equal((5, 5), (first.Mails.Count, second.Mails.Count));
        Assert.Equal((1, 1), (first.Connections, second.Connections));
    }

    [Theory]
    [InlineData("SenderDomains", "example.org")]
    [InlineData("Tags", "kind:news")]
    public async Task Mail_matched_to_a_relay_waits_for_it_and_explain_lists_the_others(string match, string value)
    {
        await using var first = new ScriptedSmtpServer();
        await using var second = new ScriptedSmtpServer();
        first.Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Close : null;
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay("first", first, ($"Match:{match}", value))
            .WithRelay("second", second)
            .StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(more: ",\"tags\":[{\"name\":\"kind\",\"value\":\"news\"}]"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 0, 1), (row.State, row.Attempt, row.Waits));
        Assert.Equal((1, 0), (first.Connections, second.Connections));
        var explained = (await pipeline.AnswerAsync(_ => pipeline.Get<EmailExplainer>().ExplainAsync(id.ToString(), Caller.Operator, Cancellation), Cancellation)).Body.RootElement;
        Assert.Equal("first", Assert.Single(explained.GetProperty("relays").EnumerateArray()).GetProperty("name").GetString());
        var other = Assert.Single(explained.GetProperty("passed_over").EnumerateArray());
        Assert.Equal(("second", "unmatched"), (other.GetProperty("name").GetString(), other.GetProperty("reason").GetString()));
        Assert.Contains("Relay second is passed over", explained.GetProperty("sentence").GetString(), StringComparison.Ordinal);

        first.Script = _ => null;
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);
        Assert.Equal((1, 0), (first.Mails.Count, second.Mails.Count));
    }

    [Theory]
    [InlineData("SenderDomains", "example.org", true)]
    [InlineData("Lane", "transactional", false)]
    public async Task Mail_that_may_fall_back_is_sent_by_another_relay(string match, string value, bool fallback)
    {
        await using var first = new ScriptedSmtpServer();
        await using var second = new ScriptedSmtpServer();
        first.Script = exchange => exchange.Verb == SmtpExchange.Greeting ? SmtpAction.Close : null;
        await using var pipeline = await TestApp.On(azurite)
            .WithRelay("first", first, ($"Match:{match}", value), ("Match:Fallback", $"{fallback}"))
            .WithRelay("second", second)
            .StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        Assert.Equal(EmailState.Sent, (await pipeline.RowAsync(id, Cancellation)).State);
        Assert.Equal((1, 1), (first.Connections, second.Mails.Count));
    }

    /// <summary>The first is preferred, so that tests need not leave it to chance.</summary>
    private Task<TestApp> StartAsync(ScriptedSmtpServer first, ScriptedSmtpServer second, params IEnumerable<(string, string)> settings) =>
        TestApp.On(azurite)
            .WithRelay("first", first)
            .WithRelay("second", second, ("Weight", "0"))
            .With(settings)
            .StartAsync();

    private static int Rented(TestApp pipeline) => pipeline.Get<RelayRouter>().Lines.Sum(line => line.Rented);
}
