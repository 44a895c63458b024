using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Api.Emails;

/// <summary>Mail that the caller takes back.</summary>
public sealed class CancelTests(AzuriteFixture azurite)
{
    private const int Races = 500;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Canceled_mail_is_not_sent_and_a_second_cancel_returns_canceled_again()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);

        Assert.Equal("canceled", (await pipeline.CancelAsync(id, Cancellation)).Require(200).Body.GetProperty("status").GetString());
        Assert.Equal("canceled", (await pipeline.CancelAsync(id, Cancellation)).Require(200).Body.GetProperty("status").GetString());

        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        Assert.Empty(relay.Mails);
        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Canceled, 0), (row.State, row.Attempt));
        Assert.Equal(EmailState.Canceled, Assert.Single(await pipeline.Events.ReadTimelineAsync(row, Cancellation)).State);
    }

    [Fact]
    public async Task Canceling_sent_mail_is_refused_and_canceling_unknown_mail_returns_404()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal("invalid_state", (await pipeline.CancelAsync(id, Cancellation)).Require(409).Name);
        (await pipeline.CancelAsync(EmailId.Mint(TimeProvider.System.GetUtcNow())[0], Cancellation)).Require(404);
        (await pipeline.CancelBatchAsync("x", Cancellation)).Require(404);
    }

    [Fact]
    public async Task A_canceled_deferred_mail_keeps_the_status_of_recipients_already_sent_to()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == "RCPT" && exchange.Argument.Contains("late", StringComparison.Ordinal) ? SmtpAction.Reply("450 4.2.0 Later") : null;
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var id = await pipeline.SubmitAsync(TestApp.Mail(to: "now@example.com,late@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Deferred);

        (await pipeline.CancelAsync(id, Cancellation)).Require(200);

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal([RecipientStatus.Sent, RecipientStatus.Deferred], row.Recipients.Select(recipient => recipient.Status));
    }

    [Fact]
    public async Task A_batch_is_canceled_as_far_as_it_can_be()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var later = TimeProvider.System.GetUtcNow().AddDays(1);
        var batch = (await pipeline.SubmitBatchAsync($"[{TestApp.Mail()},{TestApp.Mail(more: $",\"scheduled_at\":\"{later:O}\"")}]", Cancellation)).Require(202);
        await pipeline.DeliverUntilAsync(batch.Emails[0], Cancellation, EmailState.Sent);

        var canceled = (await pipeline.CancelBatchAsync(batch.Id, Cancellation)).Require(200);

        Assert.Equal((1, 2), (canceled.Body.GetProperty("canceled").GetInt32(), canceled.Body.GetProperty("emails").GetInt32()));
        Assert.Equal(["sent", "canceled"], canceled.Body.GetProperty("data").EnumerateArray().Select(email => email.GetProperty("status").GetString()));
    }

    [Fact]
    public async Task A_cancel_racing_an_attempt_reports_success_only_if_the_mail_was_not_sent()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var wins = 0;
        foreach (var some in Enumerable.Range(0, Races).Chunk(25))
        {
            var ids = new List<EmailId>();
            foreach (var _ in some)
                ids.AddRange(await QueuedMails.PutAsync(pipeline, Lane.Transactional, 1, Cancellation));
            var canceling = ids.Select((id, i) => Task.Run(
                async () =>
                {
                    // From together with the claim to some way behind it.
                    for (var spin = 0; spin < i; spin++)
                        await Task.Yield();
                    return (Id: id, Answer: await pipeline.CancelAsync(id, Cancellation));
                },
                Cancellation)).ToList();
            var delivering = Enumerable.Range(0, some.Length).Select(_ => pipeline.DeliverNextAsync(Lane.Transactional, Cancellation)).ToList();
            await Task.WhenAll(delivering);

            foreach (var (id, answer) in await Task.WhenAll(canceling))
            {
                var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent, EmailState.Canceled);
                Assert.Equal(answer.Status == 200, row.State == EmailState.Canceled);
                Assert.Equal(row.State == EmailState.Sent ? 1 : 0, relay.Mails.Count(mail => mail.Header("Message-ID")!.Contains(id.ToString(), StringComparison.Ordinal)));
                wins += answer.Status == 200 ? 1 : 0;
            }
        }

        Assert.InRange(wins, 1, Races - 1);
        TestContext.Current.TestOutputHelper?.WriteLine($"{wins} of {Races} were canceled.");
    }
}
