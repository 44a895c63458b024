using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.IntegrationTests.Fixtures.Clocks;
using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.Storage;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.IntegrationTests.Delivery;

/// <summary>What replies of a relay make of a mail, on a real connection.</summary>
public sealed class DeliveryTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refused_recipient_costs_the_others_nothing()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "gone" } ? SmtpAction.Reply("550 5.1.1 No such user") : null;
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,gone@example.com"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Partial);

        Assert.Equal(["ada@example.com"], Assert.Single(relay.Mails).Recipients);
        Assert.Equal(RecipientStatus.Sent, row.Recipients[0].Status);
        Assert.Equal(RecipientStatus.Rejected, row.Recipients[1].Status);
        Assert.Equal(new Mail.SmtpReply(SmtpStage.RcptTo, 550, "5.1.1", "No such user"), row.Recipients[1].Reply);
    }

    [Fact]
    public async Task An_expired_mail_gets_no_MAIL_command_even_if_connecting_took_hours()
    {
        await using var relay = new ScriptedSmtpServer();
        var clock = new MovableClock();
        relay.Script = exchange =>
        {
            // The connection that was used before is lost, and the new one is hours late.
            if (exchange is { Connection: 2, Verb: "EHLO" })
                clock.Advance(TimeSpan.FromHours(2));
            return exchange is { Connection: 1, Mail: 2, Verb: "MAIL" } ? SmtpAction.Close : null;
        };
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).WithClock(clock).StartAsync();
        await pipeline.DeliverUntilAsync(await pipeline.SubmitAsync(TestApp.Mail(), Cancellation), Cancellation, EmailState.Sent);
        var until = FormattableString.Invariant($",\"expires_at\":\"{clock.GetUtcNow().AddHours(1):O}\"");

        var id = await pipeline.SubmitAsync(TestApp.Mail(more: until), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Expired);

        Assert.Single(relay.Mails);
        Assert.Equal(2, relay.Connections);
        Assert.DoesNotContain(relay.Exchanges, exchange => exchange is { Connection: 2, Verb: "MAIL" });
    }

    [Theory]
    [InlineData("u@bücher.example", "550 5.1.1 No such user", nameof(EmailState.Failed))]
    [InlineData("u@bücher.example", "450 4.2.1 Busy", nameof(EmailState.Deferred))]
    [InlineData("u@bücher.example,ada@example.com", "550 5.1.1 No such user", nameof(EmailState.Partial))]
    [InlineData("u@bücher.example,ada@example.com", "450 4.2.1 Busy", nameof(EmailState.Deferred))]
    public async Task A_recipient_of_an_international_domain_has_the_reply_that_was_given_to_it(string to, string reply, string state)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "u" } ? SmtpAction.Reply(reply) : null;
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail(to), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal(Enum.Parse<EmailState>(state), row.State);
        Assert.Equal(("u@xn--bcher-kva.example", reply[..3]), (row.Recipients[0].Mailbox, row.Recipients[0].Reply!.Code.ToString(System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Mailboxes_that_differ_in_case_alone_are_one()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail("Ada@example.com,ada@example.com"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(["Ada@example.com"], row.Recipients.Select(recipient => recipient.Mailbox));
        Assert.Equal(["Ada@example.com"], Assert.Single(relay.Mails).Recipients);
    }

    [Fact]
    public async Task Fifty_long_replies_fit_into_a_row()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply($"550 5.1.1 {new string('é', 900)}") : null;
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail(string.Join(',', Enumerable.Range(0, 50).Select(i => $"{new string('r', 60)}{i}@{new string('d', 60)}.example.com"))), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Failed);

        var entity = await pipeline.Storage.Table(StorageNames.EmailsTable).GetEntityAsync<Azure.Data.Tables.TableEntity>(id.PartitionKey, id.RowKey, cancellationToken: Cancellation);
        Assert.InRange(entity.Value.GetBinary("recipients").Length, 10_000, 64 * 1024);
        Assert.All(row.Recipients, recipient => Assert.Equal("5.1.1", recipient.Reply!.EnhancedCode));
    }

    [Fact]
    public async Task A_deferred_recipient_is_tried_again_alone()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "grey", Mail: <= 1 } ? SmtpAction.Reply("450 4.2.1 Busy") : null;
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail("ada@example.com,grey@example.com"), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(2, row.Attempt);
        Assert.Equal(["ada@example.com"], relay.Mails.First().Recipients);
        Assert.Equal(["grey@example.com"], relay.Mails.Last().Recipients);
        var timeline = await pipeline.Events.ReadTimelineAsync(row, Cancellation);
        Assert.Equal([EmailState.Deferred, EmailState.Sent], timeline.Select(e => e.State));
    }

    /// <summary>The state after the first attempt of a mail with one recipient, when this is what the relay says.</summary>
    public static TheoryData<string, string, string> Replies => new()
    {
        { "MAIL", "550 5.7.1 Not you", "failed" },
        { "MAIL", "451 4.3.0 Not now", "deferred" },
        { "MAIL", "530 5.7.0 Authentication required", "deferred" },
        { "RCPT", "550 5.1.1 Unknown", "failed" },
        { "RCPT", "452 4.5.3 Too many", "deferred" },
        { "DATA", "554 5.7.1 Spam", "failed" },
        { "DATA", "451 4.3.0 Not now", "deferred" },
        { ".", "554 5.7.1 Spam", "failed" },
        { ".", "452 4.2.2 Full", "deferred" },
        { ".", "421 4.3.2 Closing", "deferred" },
        { ".", "250 2.0.0 Taken", "sent" },
        { "MAIL", "close", "deferred" },
        { "RCPT", "close", "deferred" },
        { "DATA", "close", "deferred" },
        { ".", "close", "uncertain" },
        { "MAIL", "garbage", "deferred" },
        { ".", "garbage", "uncertain" },
        { "RCPT", "stall", "deferred" },
    };

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task Each_reply_at_each_stage_has_its_outcome(string verb, string reply, string state)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb != verb ? null : reply switch
        {
            "close" => SmtpAction.Close,
            "garbage" => SmtpAction.Garbage("!%$\r\n"u8),
            "stall" => SmtpAction.Stall,
            _ => SmtpAction.Reply(reply),
        };
        await using var pipeline = await StartAsync(relay, (TestSettings.Relay("ReplyTimeout"), "00:00:01"));

        var id = await pipeline.SubmitAsync(TestApp.Mail(lane: "bulk"), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Bulk, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal(state, row.State.Name());
        // Only what a relay says at MAIL about us does not count.
        Assert.Equal(verb == "MAIL" && reply.StartsWith("530", StringComparison.Ordinal) ? 0 : 1, row.Attempt);
        Assert.All(pipeline.Get<RelayRouter>().Lines, line => Assert.Equal(0, line.Rented));
        relay.Release();
    }

    [Fact]
    public async Task A_transactional_mail_whose_final_reply_is_lost_is_retried_and_recorded_as_uncertain()
    {
        await using var relay = new ScriptedSmtpServer();
        var lost = 0;
        relay.Script = exchange => exchange.Verb == SmtpExchange.FinalDot && Interlocked.Increment(ref lost) == 1 ? SmtpAction.Close.Stored() : null;
        await using var pipeline = await StartAsync(relay);

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        Assert.Equal(2, relay.Mails.Count);
        Assert.Single(relay.Mails.Select(mail => mail.Header("Message-ID")).Distinct());
        var first = (await pipeline.Events.ReadTimelineAsync(row, Cancellation))[0];
        Assert.Equal(RecipientStatus.Uncertain, first.Recipients.Single().Status);
    }

    [Fact]
    public async Task A_relay_that_cannot_be_reached_costs_no_attempt()
    {
        await using var pipeline = await TestApp.On(azurite).StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var row = await pipeline.RowAsync(id, Cancellation);
        Assert.Equal((EmailState.Deferred, 0, 1, WaitReason.RelayUnreachable), (row.State, row.Attempt, row.Waits, row.WaitingFor));
        Assert.Contains("unreachable", row.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    [Fact]
    public async Task An_expired_mail_reaches_its_final_state_with_an_event_of_its_ending()
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply("450 4.2.1 Busy") : null;
        await using var pipeline = await StartAsync(relay);
        var expires = DateTimeOffset.Parse((await pipeline.ReadAsync(await pipeline.SubmitAsync(TestApp.Mail(), Cancellation), Cancellation))
            .GetProperty("accepted_at").GetString()!, System.Globalization.CultureInfo.InvariantCulture).AddSeconds(4);

        var id = await pipeline.SubmitAsync(TestApp.Mail(more: $$""","expires_at":"{{expires:O}}" """), Cancellation);
        var row = await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Expired);

        Assert.True(row.Attempt >= 1);
        var timeline = await pipeline.Events.ReadTimelineAsync(row, Cancellation);
        Assert.Equal(EmailState.Expired, timeline[^1].State);
        Assert.Contains("Busy", row.Reason, StringComparison.Ordinal);
    }

    private Task<TestApp> StartAsync(ScriptedSmtpServer relay, params IEnumerable<(string, string)> settings) =>
        TestApp.On(azurite).WithRelay(relay).With(settings).StartAsync();
}
