using MailFunctions.Api.Held;
using MailFunctions.Delivery;
using MailFunctions.IntegrationTests.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.TestPeers.Storage;
using StorageFault = MailFunctions.TestPeers.Storage.StorageFault;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>Rule 4: a worker's lease runs out while it waits for a reply, another records the attempt as uncertain, and then the reply comes.</summary>
public sealed class KnownAfterAllTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("retry", "250 2.0.0 Taken", "sent after [sent: ada=sent]", "ada=sent", nameof(EmailState.Deferred))]
    [InlineData("hold", "250 2.0.0 Taken", "sent after [sent: ada=sent]", "ada=sent", nameof(EmailState.Uncertain))]
    [InlineData("assume_sent", "250 2.0.0 Taken", "sent after [sent: ada=sent]", "ada=sent", nameof(EmailState.Sent))]
    [InlineData("retry", "554 5.7.1 Spam", "failed after [failed: ada=rejected]", "ada=rejected", nameof(EmailState.Deferred))]
    [InlineData("hold", "554 5.7.1 Spam", "failed after [failed: ada=rejected]", "ada=rejected", nameof(EmailState.Uncertain))]
    [InlineData("assume_sent", "554 5.7.1 Spam", "failed after [failed: ada=rejected]", "ada=rejected", nameof(EmailState.Sent))]
    [InlineData("hold", "451 4.3.0 Not now", "deferred after [deferred: ada=deferred]", "ada=deferred", nameof(EmailState.Uncertain))]
    [InlineData("assume_sent", "451 4.3.0 Not now", "deferred after [deferred: ada=deferred]", "ada=deferred", nameof(EmailState.Sent))]
    public async Task A_late_outcome_corrects_the_uncertain_one_and_is_counted_once(string policy, string reply, string after, string now, string uncertain)
    {
        await using var scene = await StartAsync((TestSettings.BulkFirst, "00:05:00"), (TestSettings.BulkLongest, "00:05:00"));
        var attempt = await UntilUncertainAsync(scene, policy, reply);
        Assert.Equal(Enum.Parse<EmailState>(uncertain), (await scene.RowAsync()).State);
        await scene.DescribeAsync();

        scene.Relay.Release();
        await attempt;

        Assert.Equal($"{after}, 0 faults, now {now}, received for {(reply[0] == '2' ? "ada" : "nobody")}, statistics agree", await DescribeAsync(scene));
        // What is to be tried again has something that wakes it, and what is over is not sent once more.
        await TimeTravel.MakeScheduleDueAsync(scene.Behind, Cancellation);
        if ((await scene.RowAsync()).State.IsOpen())
            await TimeTravel.MakeDueAsync(scene.Behind, scene.Id, Cancellation);
        await scene.Pipeline.Get<Dispatcher>().RunAsync(Cancellation);
        await scene.DeliverToTheEndAsync(Lane.Bulk);
        Assert.Equal(reply[0] == '5' ? 0 : 1, scene.Relay.Mails.Count);
    }

    [Fact]
    public async Task A_late_outcome_corrects_each_recipient_separately()
    {
        await using var scene = await StartAsync();
        var attempt = await UntilUncertainAsync(scene, "retry", "250 2.0.0 Taken", "ada@example.com,bob@example.com", exchange =>
            exchange is { Verb: "RCPT", LocalPart: "bob" } ? SmtpAction.Reply("550 5.1.1 Unknown") : null);

        scene.Relay.Release();
        await attempt;

        Assert.Equal("partial after [partial: ada=sent bob=rejected], 0 faults, now ada=sent bob=rejected, received for ada, statistics agree", await DescribeAsync(scene));
    }

    /// <summary>It awaits a person since another moment, by which lists and alarms find it.</summary>
    [Fact]
    public async Task A_mail_that_is_still_uncertain_after_a_correction_is_still_listed_as_such()
    {
        await using var scene = await StartAsync();
        var attempt = await UntilUncertainAsync(scene, "hold", "250 2.0.0 Taken", "ada@example.com,bob@example.com", exchange =>
            exchange is { Verb: "RCPT", LocalPart: "bob" } ? SmtpAction.Reply("550 5.1.1 Unknown") : null);

        // The reply to the content never comes.
        await scene.Relay.DisposeAsync();
        await attempt;

        var row = await scene.RowAsync();
        Assert.Equal(EmailState.Uncertain, row.State);
        Assert.Equal(["ada=Uncertain", "bob=Rejected"], row.Recipients.Select(recipient => $"{recipient.Mailbox.Split('@')[0]}={recipient.Status}").Order(StringComparer.Ordinal));
        var listed = (await scene.Pipeline.ListAsync("state=uncertain", Cancellation)).Require(200);
        Assert.Equal([scene.Id], listed.Emails);
    }

    [Theory]
    [InlineData("sent")]
    [InlineData("not_sent")]
    public async Task A_late_outcome_does_not_change_what_an_operator_has_decided(string decision)
    {
        await using var scene = await StartAsync();
        var attempt = await UntilUncertainAsync(scene, "hold", "250 2.0.0 Taken");
        await DecideAsync(scene, decision);
        var decided = await scene.RowAsync();

        scene.Relay.Release();
        await attempt;

        Assert.Equal(decided.ETag, (await scene.RowAsync()).ETag);
    }

    [Fact]
    public async Task A_late_outcome_prevents_the_retry_that_an_operator_has_decided()
    {
        await using var scene = await StartAsync();
        var attempt = await UntilUncertainAsync(scene, "hold", "250 2.0.0 Taken");
        await DecideAsync(scene, "retry");

        scene.Relay.Release();
        await attempt;
        await scene.DeliverToTheEndAsync(Lane.Bulk);

        Assert.Equal("sent after [sent: ada=sent], 0 faults, now ada=sent, received for ada, statistics agree", await DescribeAsync(scene));
    }

    [Fact]
    public async Task A_late_outcome_does_not_change_the_mail_once_the_next_attempt_has_ended()
    {
        await using var scene = await StartAsync();
        var attempt = await UntilUncertainAsync(scene, "retry", "250 2.0.0 Taken");
        await TimeTravel.MakeDueAsync(scene.Behind, scene.Id, Cancellation);
        await new LaneQueues(scene.Behind).PutAsync(Lane.Bulk, [new NamedAttempt(scene.Id, 2)], TimeSpan.Zero, Cancellation);
        await scene.DeliverToTheEndAsync(Lane.Bulk);
        var second = await scene.RowAsync();

        scene.Relay.Release();
        await attempt;

        Assert.Equal((2, EmailState.Sent, second.ETag), (second.Attempt, second.State, (await scene.RowAsync()).ETag));
        Assert.EndsWith("statistics agree", await DescribeAsync(scene), StringComparison.Ordinal);
    }

    /// <summary>The row is written, and the process dies before the event: whoever meets the message that was put first inserts it.</summary>
    [Theory]
    [InlineData("retry")]
    [InlineData("hold")]
    [InlineData("assume_sent")]
    public async Task A_correction_whose_event_is_missing_is_completed(string policy)
    {
        await using var scene = await StartAsync();
        var attempt = await UntilUncertainAsync(scene, policy, "250 2.0.0 Taken");
        var held = 0;
        scene.Storage.Faults = request => request is { Name: StorageNames.EventsTable, Verb: "insert" } && request.Body!.Contains("-known", StringComparison.Ordinal)
            && Interlocked.Increment(ref held) == 1 ? StorageFault.HoldBefore : StorageFault.None;
        scene.Relay.Release();
        await Eventually.ComesAsync(scene.Storage.Held.WaitForCountAsync(1, Cancellation), "the event that is held");

        Assert.Equal(EmailState.Sent, (await scene.RowAsync()).State);
        var put = scene.Storage.Requests.Last(request => request is { Service: StorageService.Queue, Verb: "put" });
        Assert.Equal(new NamedAttempt(scene.Id, 1), Assert.Single(Writes.NamedIn(put)) with { Trace = null });
        await new LaneQueues(scene.Behind).PutAsync(Lane.Bulk, [new NamedAttempt(scene.Id, 1)], TimeSpan.Zero, Cancellation);
        await scene.DeliverToTheEndAsync(Lane.Bulk);

        const string told = "sent after [sent: ada=sent], 0 faults, now ada=sent, received for ada, statistics agree";
        Assert.Equal(told, await DescribeAsync(scene));
        scene.Storage.Release();
        await attempt;
        Assert.Equal(told, await DescribeAsync(scene));
    }

    /// <summary>The relay may be silent for as long as it takes.</summary>
    private Task<PipelineScene> StartAsync(params IEnumerable<(string Key, string Value)> settings) =>
        PipelineScene.StartAsync(azurite, [(TestSettings.Relay("ReplyTimeout"), "00:05:00"), .. settings]);

    /// <summary>Begins the attempt of a mail, and has it recorded as uncertain while the relay is silent.</summary>
    /// <returns>Completes when the worker has done all it does.</returns>
    private static async Task<Task> UntilUncertainAsync(
        PipelineScene scene, string policy, string reply, string to = "ada@example.com", Func<SmtpExchange, SmtpAction?>? more = null)
    {
        scene.Relay.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Seen: 1 } ? SmtpAction.Reply(reply).Held() : more?.Invoke(exchange);
        await scene.SubmitAsync(TestApp.Mail(to, "bulk", $$""","on_uncertain":"{{policy}}" """));
        var attempt = scene.DeliverAsync(Lane.Bulk);
        await Eventually.ComesAsync(scene.Relay.WaitForCommandAsync(exchange => exchange.Verb == SmtpExchange.FinalDot, Cancellation), "the end of the content");
        await scene.Pipeline.Get<Claims>().SettleLostAsync(await scene.RowAsync(), Cancellation);
        return attempt;
    }

    private static async Task DecideAsync(PipelineScene scene, string decision)
    {
        var (status, body, _) = await scene.Pipeline.AnswerAsync(
            context => scene.Pipeline.Get<HeldMailActions>().ResolveAsync(scene.Id.ToString(), context.Request, Caller.Operator, Cancellation),
            Cancellation,
            System.Text.Encoding.UTF8.GetBytes($$"""{"as":"{{decision}}"}"""));
        Assert.True(status == 200, body.RootElement.ToString());
    }

    private static async Task<string> DescribeAsync(PipelineScene scene) => (await scene.DescribeAsync()).Replace("@example.com", "", StringComparison.Ordinal);
}
