using MailFunctions.Mail;
using MailFunctions.Smtp.Relays;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Tests.Smtp.Wire;

/// <summary>Relays whose replies do not fit the commands (RFC 5321 section 4.3.2): whatever they do, what is told as sent has arrived.</summary>
public sealed class OutOfStepTests
{
    private const int Mails = 12;

    private static readonly Dictionary<string, Func<SmtpExchange, SmtpAction?>> Manners = new()
    {
        ["two greetings, glued"] = e => On(e, SmtpExchange.Greeting, SmtpAction.Default.Followed("220 again")),
        ["two greetings, late"] = e => On(e, "EHLO", SmtpAction.Default.Preceded("220 again")),
        ["two greetings, very late"] = e => On(e, "MAIL", SmtpAction.Default.Preceded("220 again")),
        ["a reply too many to EHLO"] = e => On(e, "MAIL", SmtpAction.Default.Preceded("250 localhost")),
        ["a reply too many to MAIL"] = e => On(e, "RCPT", SmtpAction.Default.Preceded("250 2.1.0 Sender ok")),
        ["a reply too many to RCPT, glued"] = e => On(e, "RCPT", SmtpAction.Default.Followed("250 2.1.5 Recipient ok")),
        ["a reply too many to RCPT, late"] = e => On(e, "DATA", SmtpAction.Default.Preceded("250 2.1.5 Recipient ok")),
        ["a reply too many to RCPT, after all content, which is refused"] =
            e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("554 5.7.1 Never").Preceded("250 2.1.5 Recipient ok")),
        ["a reply too many to RCPT, after all content, which is lost"] =
            e => On(e, SmtpExchange.FinalDot, SmtpAction.Reset.Preceded("250 2.1.5 Recipient ok")),
        ["the same without enhanced codes"] = e => e.Verb switch
        {
            "MAIL" or "RCPT" => SmtpAction.Reply("250 OK"),
            SmtpExchange.FinalDot => SmtpAction.Reply("554 Never").Preceded("250 OK"),
            _ => null,
        },
        ["a refusal of RCPT too many, after all content, which is taken"] =
            e => On(e, SmtpExchange.FinalDot, SmtpAction.Default.Preceded("550 5.1.1 No such user")),
        ["a refusal of RCPT too many, late"] = e => On(e, "DATA", SmtpAction.Default.Preceded("550 5.1.1 No such user")),
        ["the final dot answered twice, glued"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Default.Followed("250 2.0.0 Stored")),
        ["the final dot answered twice, late"] = e => e is { Verb: "MAIL", Mail: > 1 } ? SmtpAction.Default.Preceded("250 2.0.0 Stored") : null,
        ["every second mail dropped, its reply one too many"] = e => e.Verb != SmtpExchange.FinalDot ? null
            : e.Mail % 2 == 1 ? SmtpAction.Default.Followed("250 2.0.0 Stored") : SmtpAction.Garbage([]).NotStored(),
        ["220 to MAIL"] = e => On(e, "MAIL", SmtpAction.Reply("220 2.1.0 Ok")),
        ["354 to RCPT"] = e => On(e, "RCPT", SmtpAction.Reply("354 Go on")),
        ["220 to RCPT"] = e => On(e, "RCPT", SmtpAction.Reply("220 2.1.5 Ok")),
        ["250 to DATA"] = e => On(e, "DATA", SmtpAction.Reply("250 2.0.0 Ok")),
        ["354 twice"] = e => On(e, "DATA", SmtpAction.Default.Followed("354 Go on")),
        ["a yes behind 354"] = e => On(e, "DATA", SmtpAction.Default.Followed("250 2.0.0 Ok")),
        ["211 to the content"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("211 Status").NotStored()),
        ["214 to the content"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("214 Help").NotStored()),
        ["220 to the content"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("220 Ready").NotStored()),
        ["221 to the content"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("221 Bye").NotStored()),
        ["235 to the content"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("235 2.7.0 Ok").NotStored()),
        ["354 to the content"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("354 Go on").NotStored()),
        ["the reply to RCPT for the content"] = e => On(e, SmtpExchange.FinalDot, SmtpAction.Reply("250 2.1.5 Recipient ok").NotStored().ThenClose()),
        ["every reply twice"] = e => SmtpAction.Default.Followed("250 2.0.0 Ok"),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool> Table()
    {
        var data = new TheoryData<string, bool>();
        foreach (var manner in Manners.Keys)
        {
            data.Add(manner, false);
            data.Add(manner, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_mail_reported_as_sent_has_arrived_and_one_reported_as_refused_has_not(string manner, bool chunking)
    {
        await using var server = Sessions.Server(chunking);
        server.Script = Manners[manner];
        var relay = Sessions.Relay(server, options => options.FinalReplyTimeout = TimeSpan.FromSeconds(1));

        var results = await Sessions.SendManyAsync(relay, Mails);

        var arrived = Sessions.Arrived(server);
        for (var number = 0; number < Mails; number++)
        {
            var told = results[number]?.Recipients.Select(recipient => recipient.Status).ToList() ?? [];
            Assert.True(!told.Contains(RecipientStatus.Sent) || arrived.Contains(number), $"Mail {number} was told as sent and has not arrived.");
            Assert.True(!told.Contains(RecipientStatus.Rejected) || !arrived.Contains(number), $"Mail {number} was told as refused and has arrived.");
        }
    }

    [Theory]
    [InlineData("the final dot answered twice, glued", false)]
    [InlineData("the final dot answered twice, glued", true)]
    public async Task A_surplus_positive_reply_costs_a_connection_and_no_mail(string manner, bool chunking)
    {
        await using var server = Sessions.Server(chunking);
        server.Script = Manners[manner];

        var results = await Sessions.SendManyAsync(Sessions.Relay(server), Mails);

        Assert.All(results, result => Assert.All(result!.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status)));
        Assert.Equal((Mails, Mails), (server.Mails.Count, server.Connections));
    }

    [Theory]
    [InlineData("220 to MAIL", nameof(SmtpStage.MailFrom), nameof(RecipientStatus.Deferred), "MAIL was answered with \"220")]
    [InlineData("354 to RCPT", nameof(SmtpStage.RcptTo), nameof(RecipientStatus.Deferred), "RCPT was answered with \"354")]
    [InlineData("250 to DATA", nameof(SmtpStage.Data), nameof(RecipientStatus.Deferred), "DATA was answered with \"250")]
    [InlineData("a reply too many to RCPT, glued", nameof(SmtpStage.Data), nameof(RecipientStatus.Deferred), "when no command was waiting")]
    [InlineData("a yes behind 354", nameof(SmtpStage.Data), nameof(RecipientStatus.Deferred), "when no command was waiting")]
    [InlineData("220 to the content", nameof(SmtpStage.FinalDot), nameof(RecipientStatus.Uncertain), "the content was answered with \"220")]
    public async Task The_mail_is_deferred_or_uncertain_when_content_had_begun_and_the_reply_says_why(string manner, string stage, string status, string why)
    {
        await using var server = Sessions.Server(chunking: false);
        server.Script = Manners[manner];
        await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

        var result = await session.SendAsync(1);

        Assert.True(result.IsOutOfStep);
        Assert.False(session.IsUsable);
        Assert.All(result.Recipients, recipient =>
        {
            Assert.Equal((Enum.Parse<RecipientStatus>(status), Enum.Parse<SmtpStage>(stage), 0), (recipient.Status, recipient.Reply.Stage, recipient.Reply.Code));
            Assert.Contains("out of step", recipient.Reply.Text, StringComparison.Ordinal);
            Assert.Contains(why, recipient.Reply.Text, StringComparison.Ordinal);
        });
        await server.WaitForClosedAsync(1, Cancellation);
    }

    [Fact]
    public async Task A_relay_that_answers_everything_alike_takes_mail_by_chunks_once_and_by_data_then()
    {
        await using var server = Sessions.Server(chunking: true);
        server.Script = exchange => exchange.Verb is "MAIL" or "RCPT" or SmtpExchange.FinalDot ? SmtpAction.Reply("250 OK") : null;

        var results = await Sessions.SendManyAsync(Sessions.Relay(server), 3);

        Assert.All(results, result => Assert.All(result!.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status)));
        Assert.Equal((3, 1), (server.Mails.Count, server.Connections));
        Assert.Equal(2, server.Exchanges.Count(exchange => exchange.Verb == "DATA"));
    }

    [Fact]
    public async Task Replies_that_arrive_octet_by_octet_are_what_they_are()
    {
        await using var server = Sessions.Server(chunking: true);
        server.Script = _ => SmtpAction.Default.InPieces();

        var results = await Sessions.SendManyAsync(Sessions.Relay(server), 3);

        Assert.All(results, result => Assert.All(result!.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status)));
        Assert.Equal((3, 1), (server.Mails.Count, server.Connections));
    }

    [Theory]
    [InlineData("421 4.4.2 Timeout, closing")]
    [InlineData("250 2.0.0 Are you there?")]
    public async Task A_line_that_comes_between_mails_costs_the_connection_and_not_the_next_mail(string line)
    {
        await using var server = Sessions.Server(chunking: false);
        server.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot, Connection: 1 } ? SmtpAction.Default.Followed(line) : null;
        await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

        var result = await session.SendAsync(1);

        Assert.All(result.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status));
        Assert.False(session.IsUsable);
    }

    [Fact]
    public async Task A_reply_that_arrives_between_mails_moves_the_next_to_another_connection()
    {
        await using var server = Sessions.Server(chunking: false);
        server.Script = exchange => exchange is { Verb: SmtpExchange.FinalDot } ? SmtpAction.Default.Followed("421 4.4.2 Timeout") : null;
        await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

        await session.SendAsync(1);
        var result = await session.SendAsync(2);

        Assert.True(result.IsLostBeforeData);
        Assert.All(result.Recipients, recipient => Assert.Equal((RecipientStatus.Deferred, 421), (recipient.Status, recipient.Reply.Code)));
    }

    [Theory]
    [InlineData("MAIL", nameof(RecipientStatus.Deferred))]
    [InlineData(SmtpExchange.FinalDot, nameof(RecipientStatus.Uncertain))]
    public async Task A_reply_after_its_timeout_finds_the_connection_closed(string verb, string status)
    {
        await using var server = Sessions.Server(chunking: false);
        server.Script = exchange => exchange.Verb == verb ? SmtpAction.Stall : null;
        var relay = Sessions.Relay(server, options => (options.ReplyTimeout, options.FinalReplyTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        await using var session = await Sessions.OpenAsync(relay);

        var result = await session.SendAsync(1);
        server.Release();
        await server.WaitForClosedAsync(1, Cancellation);

        Assert.False(session.IsUsable);
        Assert.All(result.Recipients, recipient => Assert.Equal((Enum.Parse<RecipientStatus>(status), "No answer within the time allowed."), (recipient.Status, recipient.Reply.Text)));
    }

    [Fact]
    public async Task A_relay_repeatedly_out_of_step_has_its_circuit_opened_for_that_cause()
    {
        await using var server = Sessions.Server(chunking: false);
        server.Script = Manners["250 to DATA"];
        var relay = Sessions.Relay(server);
        var breaker = new RelayBreaker(relay.BreakerFailures, TimeProvider.System);

        var results = await Sessions.SendManyAsync(relay, relay.BreakerFailures);
        foreach (var (result, mail) in results.Zip(EmailId.Mint(TimeProvider.System.GetUtcNow(), results.Count)))
        {
            var sight = RelaySigns.Of(result!);
            Assert.Equal(RelayCause.OutOfStep, sight.Cause);
            breaker.Record(sight.Sign, mail, sight.Domains);
        }

        Assert.NotNull(breaker.OpenUntil);
        Assert.Contains("out of step", RelayUnreachableException.LeftAlone("relay", breaker.OpenUntil.Value, RelayCause.OutOfStep).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two greetings, glued")]
    [InlineData("two greetings, late")]
    public async Task A_relay_out_of_step_from_the_start_is_given_no_mail(string manner)
    {
        await using var server = Sessions.Server(chunking: false);
        server.Script = Manners[manner];

        var unreachable = await Assert.ThrowsAsync<RelayUnreachableException>(() => Sessions.OpenAsync(Sessions.Relay(server)));

        Assert.True(unreachable.IsOutOfStep);
        Assert.Equal((RelaySign.Fails, RelayCause.OutOfStep), (RelaySigns.Of(unreachable).Sign, RelaySigns.Of(unreachable).Cause));
        Assert.Contains("out of step", unreachable.Reason, StringComparison.Ordinal);
    }

    private static SmtpAction? On(SmtpExchange exchange, string verb, SmtpAction action) => exchange.Verb == verb ? action : null;
}
