using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>A window of mails uses as many connections as pay, of those that are free.</summary>
public sealed class SeveralConnectionsTests(AzuriteFixture azurite)
{
    private const int Mails = 25;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_slow_relay_gets_the_mails_of_one_message_over_several_connections()
    {
        await using var relay = new ScriptedSmtpServer { Script = Slowly };
        await using var pipeline = await StartAsync(relay);
        var ids = await SubmitAsync(pipeline);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Equal(5, relay.Mails.Select(mail => mail.Connection).Distinct().Count());
        await RequireSentOnceAsync(pipeline, relay, ids);
    }

    [Fact]
    public async Task A_relay_that_allows_one_connection_gets_all_over_that()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: SmtpExchange.Greeting, Connection: > 1 } ? SmtpAction.Reply("421 4.7.0 Too many connections") : Slowly(exchange);
        await using var pipeline = await StartAsync(relay);
        var ids = await SubmitAsync(pipeline);

        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        Assert.Equal([1], relay.Mails.Select(mail => mail.Connection).Distinct());
        // Asked for one more once, and not for each mail.
        Assert.InRange(relay.Exchanges.Count(exchange => exchange.Verb == SmtpExchange.Greeting), 2, 5);
        await RequireSentOnceAsync(pipeline, relay, ids);
    }

    [Fact]
    public async Task A_mail_that_takes_its_time_keeps_none_of_the_others_waiting()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Connection: 1 } ? SmtpAction.Stall : null;
        await using var pipeline = await StartAsync(relay);
        var ids = await SubmitAsync(pipeline);

        var delivering = pipeline.DeliverNextAsync(Lane.Bulk, Cancellation);
        await relay.Mails.WaitForAsync(_ => relay.Mails.Count == Mails - 1, Cancellation);
        Assert.False(delivering.IsCompleted);
        relay.Script = _ => null;
        relay.Release();
        await delivering;

        await RequireSentOnceAsync(pipeline, relay, ids);
    }

    [Fact]
    public async Task A_stop_while_another_connection_is_opened_loses_nothing_that_is_known()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: SmtpExchange.Greeting, Connection: > 1 } ? SmtpAction.Stall : Slowly(exchange);
        await using var pipeline = await StartAsync(relay);
        var ids = await SubmitAsync(pipeline);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var delivering = pipeline.DeliverNextAsync(Lane.Bulk, stopping.Token);
        await relay.Exchanges.WaitForAsync(exchange => exchange is { Verb: SmtpExchange.Greeting, Connection: 2 }, Cancellation);
        await relay.Mails.WaitForAsync(_ => relay.Mails.Count >= 5, Cancellation);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => delivering);

        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.Equal(relay.Mails.Count, rows.Values.Count(row => row.State == EmailState.Sent));
        Assert.DoesNotContain(rows.Values, row => row.State == EmailState.Sending);
    }

    [Fact]
    public async Task A_connection_that_is_lost_before_the_content_costs_no_mail_and_no_duplicate()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "MAIL", Connection: 3 } ? SmtpAction.Reset : Slowly(exchange);
        await using var pipeline = await StartAsync(relay);
        var ids = await SubmitAsync(pipeline);

        foreach (var id in ids)
            await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        await RequireSentOnceAsync(pipeline, relay, ids);
    }

    /// <summary>Bulk mail has five connections.</summary>
    private Task<TestApp> StartAsync(ScriptedSmtpServer relay) => TestApp.On(azurite).WithRelay(relay).StartAsync();

    private static SmtpAction Slowly(SmtpExchange exchange) =>
        exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Default.After(TimeSpan.FromMilliseconds(40)) : SmtpAction.Default;

    private static async Task<IReadOnlyList<EmailId>> SubmitAsync(TestApp pipeline)
    {
        var emails = string.Join(',', Enumerable.Range(0, Mails).Select(i => $$"""{"to":["r{{i}}@example.com"]}"""));
        return (await pipeline.SubmitBatchAsync(
            $$"""{"defaults":{"from":"shop@example.org","subject":"June","text":"Hello","lane":"bulk"},"emails":[{{emails}}]}""", Cancellation)).Require(202).Emails;
    }

    private static async Task RequireSentOnceAsync(TestApp pipeline, ScriptedSmtpServer relay, IReadOnlyList<EmailId> ids)
    {
        var rows = await pipeline.Ledger.ReadManyAsync(ids, Cancellation);
        Assert.All(rows.Values, row => Assert.Equal(EmailState.Sent, row.State));
        Assert.Equal(ids.Select((_, i) => $"r{i}@example.com").Order(), relay.Mails.Select(mail => mail.Recipients[0]).Order());
    }
}
