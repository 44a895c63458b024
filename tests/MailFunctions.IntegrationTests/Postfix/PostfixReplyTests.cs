using MailFunctions.IntegrationTests.Crash;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Queue;
using MailFunctions.TestPeers.App;

namespace MailFunctions.IntegrationTests.Postfix;

/// <summary>What Postfix says of recipients and content, and what becomes of the mail.</summary>
[Collection(nameof(PostfixFixture))]
public sealed class PostfixReplyTests(AzuriteFixture azurite, PostfixFixture postfix)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refused_recipients_cost_the_others_nothing_and_what_is_sent_arrives_as_it_was_written()
    {
        await using var pipeline = await StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail("partial@example.com,gone@example.com,bob@nobody.example"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);

        var arrived = await postfix.ArrivalAsync("partial@example.com", Cancellation);
        Assert.Equal(["partial@example.com"], arrived.Recipients);
        Assert.Equal("shop@example.org", arrived.Sender);
        Assert.Equal(("Shop <shop@example.org>", "Hello"), (arrived.Header("From"), arrived.Header("Subject")));
        Assert.EndsWith("\r\n\r\nHello you\r\n", System.Text.Encoding.UTF8.GetString(arrived.Content.Span), StringComparison.Ordinal);
        Assert.Equal([RecipientStatus.Sent, RecipientStatus.Rejected, RecipientStatus.Rejected], row.Recipients.Select(recipient => recipient.Status));
        Assert.Matches("^Ok: ([0-9]+ bytes )?queued as [0-9A-Za-z]+$", row.Recipients[0].Reply!.Text);
        Assert.Equal(
            [
                new SmtpReply(SmtpStage.FinalDot, 250, "2.0.0", row.Recipients[0].Reply!.Text),
                new SmtpReply(SmtpStage.RcptTo, 550, "5.1.1", "<gone@example.com>: Recipient address rejected: No such user here"),
                new SmtpReply(SmtpStage.RcptTo, 550, "5.1.2", "<bob@nobody.example>: Recipient address rejected: No such domain here"),
            ],
            row.Recipients.Select(recipient => recipient.Reply));
        // Postfix repeats the address in its reply: the answers show that, the logs do not.
        Assert.DoesNotContain(pipeline.Logs.All, line => line.Text.Contains("gone@", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("busy", 450, "4.2.0")]
    [InlineData("full", 452, "4.2.2")]
    public async Task A_recipient_that_cannot_have_it_now_is_tried_again_alone(string localPart, int code, string enhancedCode)
    {
        await using var pipeline = await StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail($"beside-{localPart}@example.com,{localPart}@example.com"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));
        var row = await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);

        Assert.Equal((EmailState.Deferred, 2), (row.State, row.Attempt));
        Assert.Equal([(RecipientStatus.Sent, 1), (RecipientStatus.Deferred, 2)], row.Recipients.Select(recipient => (recipient.Status, recipient.Attempt)));
        Assert.Equal((SmtpStage.RcptTo, code, enhancedCode), (row.Recipients[1].Reply!.Stage, row.Recipients[1].Reply!.Code, row.Recipients[1].Reply!.EnhancedCode));
        await postfix.ArrivalAsync($"beside-{localPart}@example.com", Cancellation);
        Assert.Single(postfix.Policy.Questions, question => question.Recipient == $"beside-{localPart}@example.com");
    }

    [Theory]
    [InlineData("grey", "DEFER_IF_PERMIT Greylisted, see https://greylist.example/", 5)]
    [InlineData("gray", "451 4.7.1 Greylisted, please try again in 8 minutes", 8)]
    public async Task A_greylisted_mail_is_retried_after_the_time_that_the_reply_names(string localPart, string action, int minutes)
    {
        postfix.Require();
        postfix.Policy.Script = question => question.Recipient == $"{localPart}@example.com" && question.Seen == 1 ? action : null;
        await using var pipeline = await StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail($"{localPart}@example.com"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var waiting = await pipeline.RowAsync(id, Cancellation);
        var first = Assert.Single(await pipeline.Events.ReadTimelineAsync(waiting, Cancellation));
        Assert.Equal((EmailState.Deferred, 1), (waiting.State, waiting.Attempt));
        Assert.Contains("Recipient address rejected: Greylisted", waiting.Recipients[0].Reply!.Text, StringComparison.Ordinal);
        Assert.InRange(waiting.DueAt!.Value - first.At, TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(minutes * 1.1));

        await TimeTravel.MakeDueAsync(pipeline.Storage, id, Cancellation);
        await pipeline.Get<Dispatcher>().RunAsync(Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Sent, 2), (row.State, row.Attempt));
        await postfix.ArrivalAsync($"{localPart}@example.com", Cancellation);
    }

    [Fact]
    public async Task A_mail_that_is_larger_than_Postfix_takes_fails_before_its_content_is_sent()
    {
        await using var pipeline = await StartAsync();

        var id = await pipeline.SubmitAsync(
            $$"""{"from":"shop@example.org","to":["large@example.com"],"subject":"Large","text":"{{new string('x', 2_100_000)}}"}""", Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Failed);

        Assert.Equal(new SmtpReply(SmtpStage.MailFrom, 552, "5.3.4", "Message size exceeds fixed limit"), row.Recipients[0].Reply);
        Assert.Equal(0, Assert.Single(await pipeline.Events.ReadTimelineAsync(row, Cancellation)).Bytes);
        Assert.DoesNotContain(postfix.Policy.Questions, question => question.Recipient == "large@example.com");
    }

    [Fact]
    public async Task Recipients_that_are_too_many_for_one_envelope_follow_in_the_next()
    {
        await using var pipeline = await StartAsync();
        var recipients = Enumerable.Range(0, 45).Select(i => $"many{i}@example.com").ToList();

        var id = await pipeline.SubmitAsync(TestApp.Mail(string.Join(',', recipients)), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(3, row.Attempt);
        var timeline = await pipeline.Events.ReadTimelineAsync(row, Cancellation);
        Assert.Equal([20, 20, 5], timeline.Select(e => e.Recipients.Count(recipient => recipient.Status == RecipientStatus.Sent)));
        Assert.Equal((452, "4.5.3"), (timeline[0].Recipients[^1].Reply!.Code, timeline[0].Recipients[^1].Reply!.EnhancedCode));
        foreach (var recipient in recipients)
            await postfix.ArrivalAsync(recipient, Cancellation);
        Assert.Equal(recipients.Order(), postfix.Sink.Mails.SelectMany(mail => mail.Recipients).Where(recipient => recipient.StartsWith("many", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Too_many_unknown_recipients_for_Postfix_cost_the_valid_one_a_single_attempt()
    {
        await using var pipeline = await StartAsync();
        var unknown = Enumerable.Range(0, 25).Select(i => $"u{i}@nobody.example");

        var id = await pipeline.SubmitAsync(TestApp.Mail(string.Join(',', unknown.Append("patient@example.com"))), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        // At the 20th error Postfix answers 421 and is gone: whom it had not refused by then is still open. The first was the
        // empty chunk by which the first connection finds out that BDAT is known.
        var cut = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 1), (cut.State, cut.Attempt));
        Assert.Equal(19, cut.Recipients.Count(recipient => recipient.Status == RecipientStatus.Rejected));
        Assert.Equal(421, cut.Recipients[19].Reply!.Code);
        Assert.All(cut.Recipients.Skip(19), recipient => Assert.Equal(RecipientStatus.Deferred, recipient.Status));

        var row = await TimeTravel.AttemptNowAsync(pipeline, id, Cancellation);
        Assert.Equal((EmailState.Partial, 2), (row.State, row.Attempt));
        Assert.Equal(RecipientStatus.Sent, row.Recipients[^1].Status);
        await postfix.ArrivalAsync("patient@example.com", Cancellation);
    }

    [Fact]
    public async Task An_address_beyond_ASCII_goes_out_under_SMTPUTF8()
    {
        await using var pipeline = await StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail("jürgen@example.com"), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Contains("SMTPUTF8", (await postfix.ArrivalAsync("jürgen@example.com", Cancellation)).Parameters.Keys);
    }

    private async Task<TestApp> StartAsync()
    {
        postfix.Require();
        return await TestApp.On(azurite).WithRelayAt(TestSettings.RelayUrl(postfix.Settings.Open)).StartAsync();
    }
}
