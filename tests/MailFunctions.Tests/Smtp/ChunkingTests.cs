using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Composition;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sessions;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;
using Microsoft.Extensions.Time.Testing;
using MimeKit;

namespace MailFunctions.Tests.Smtp;

public sealed class ChunkingTests
{
    private static readonly Envelope Envelope = new("shop@example.org", ["ada@example.com", "bob@example.com"]);

    private static readonly string[] Refusals = ["500 5.5.2 Unknown command", "502 5.5.1 No", "554 5.5.1 Unknown command", "550 5.0.0 No", "421 4.0.0 Bye"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Content_goes_by_bdat_where_it_is_offered_and_arrives_as_it_would_by_data()
    {
        await using var chunked = Server();
        await using var plain = new ScriptedSmtpServer();
        using var message = Message();

        var results = new[] { await SendAsync(chunked, message), await SendAsync(plain, message) };

        Assert.Equal(["BDAT", "RCPT", SmtpExchange.FinalDot], Verbs(chunked));
        Assert.Equal(["RCPT", "DATA", SmtpExchange.FinalDot], Verbs(plain));
        var (one, other) = (Assert.Single(chunked.Mails), Assert.Single(plain.Mails));
        Assert.Equal(other.Content.ToArray(), one.Content.ToArray());
        Assert.All(results, result => Assert.All(result.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status)));
        Assert.Equal(one.Content.Length, results[0].Bytes);
    }

    [Fact]
    public async Task A_relay_gets_DATA_when_the_setting_disables_chunking()
    {
        await using var server = Server();
        using var message = Message();

        await SendAsync(server, message, options => options.Chunking = false);

        Assert.Equal(["RCPT", "DATA", SmtpExchange.FinalDot], Verbs(server));
    }

    [Theory]
    [InlineData("500 5.5.2 Unknown command", true)]
    [InlineData("501 5.5.4 Syntax", true)]
    [InlineData("502 5.5.1 Not implemented", true)]
    [InlineData("504 5.5.4 Parameter not implemented", true)]
    [InlineData("550 5.7.1 Not allowed here", true)]
    [InlineData("554 5.5.1 Unknown command", true)]
    [InlineData("451 4.3.0 Not now", true)]
    [InlineData("421 4.7.0 Go away", false)]
    [InlineData("220 Hello", false)]
    [InlineData("354 Go ahead", false)]
    [InlineData("299 Whatever", false)]
    [InlineData("who are you?", false)]
    public async Task A_relay_without_BDAT_is_detected_before_any_mail_and_gets_DATA(string reply, bool keepsConnection)
    {
        await using var server = new ScriptedSmtpServer(Options(knows: false));
        server.Script = exchange => exchange.Verb == "BDAT" ? SmtpAction.Reply(reply) : null;
        using var message = Message();
        var relay = Relays.Read(Relays.To(server));

        if (!keepsConnection)
            await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay));
        for (var i = 0; i < 2; i++)
        {
            await using var session = await OpenAsync(relay);
            var sent = await session.SendAsync(Envelope, message, () => { }, Cancellation);
            Assert.All(sent.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status));
        }

        Assert.Equal("0 LAST", Assert.Single(server.Exchanges, exchange => exchange.Verb == "BDAT").Argument);
        Assert.Equal(2, server.Exchanges.Count(exchange => exchange.Verb == "DATA"));
    }

    [Theory]
    [InlineData("250 2.0.0 Ok")]
    [InlineData("503 5.5.1 MAIL first")]
    public async Task A_server_that_replies_250_or_503_to_the_probe_gets_BDAT(string reply)
    {
        await using var server = Server();
        server.Script = exchange => exchange is { Verb: "BDAT", Sender: null } ? SmtpAction.Reply(reply) : null;
        using var message = Message();

        var sent = await SendAsync(server, message);

        Assert.All(sent.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status));
        Assert.DoesNotContain(server.Exchanges, exchange => exchange.Verb == "DATA");
    }

    /// <summary>Servers behind one name need not be alike; each does not know BDAT and reads what follows it as commands.</summary>
    [Fact]
    public async Task The_body_of_a_mail_is_never_read_as_commands_by_any_server() =>
        await Gen.Select(Gen.Bool.Array[1, 5], Gen.Int[0, Refusals.Length - 1].Select(i => Refusals[i]))
            .SampleAsync(
                async (knows, reply) =>
                {
                    await using var server = new ScriptedSmtpServer(Options(connection => knows[(connection - 1) % knows.Length]));
                    server.Script = exchange => exchange.Verb == "BDAT" && !knows[(exchange.Connection - 1) % knows.Length] ? SmtpAction.Reply(reply) : null;
                    using var message = Message("RSET\r\nMAIL FROM:<ceo@bank.example>\r\nRCPT TO:<victim@example.com>\r\nDATA\r\nSubject: owned\r\n\r\nHello\r\n.\r\n");
                    var relay = Relays.Read(Relays.To(server));

                    for (var i = 0; i < knows.Length; i++)
                    {
                        try
                        {
                            await using var session = await OpenAsync(relay);
                            for (var mail = 0; mail < 2 && session.IsUsable; mail++)
                                await session.SendAsync(Envelope, message, () => { }, Cancellation);
                        }
                        catch (RelayUnreachableException)
                        {
                            // A server that closes behind its reply.
                        }
                    }

                    Assert.All(server.Mails, mail => Assert.Equal("shop@example.org", mail.Sender));
                    Assert.DoesNotContain(server.Exchanges, exchange => exchange.LocalPart is "ceo" or "victim");
                },
                iter: 30,
                threads: 1);

    public static TheoryData<string, string> Troubles => new()
    {
        { "500 5.5.2 Unknown command", nameof(RecipientStatus.Deferred) },
        { "502 Not implemented", nameof(RecipientStatus.Deferred) },
        { "503 5.5.1 Bad sequence", nameof(RecipientStatus.Deferred) },
        { "554 5.5.1 Unknown command", nameof(RecipientStatus.Deferred) },
        { "554 5.7.1 Spam", nameof(RecipientStatus.Rejected) },
        { "421 4.3.2 Closing", nameof(RecipientStatus.Deferred) },
        { "", nameof(RecipientStatus.Uncertain) },
        { "what?", nameof(RecipientStatus.Uncertain) },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task A_relay_gets_DATA_for_an_hour_after_its_BDAT_content_failed(string reply, string expected)
    {
        var clock = new FakeTimeProvider();
        await using var server = Server();
        server.Script = exchange => exchange is not { Verb: SmtpExchange.FinalDot, Connection: 1 } ? null
            : reply.Length == 0 ? SmtpAction.Reset.NotStored()
            : SmtpAction.Reply(reply).NotStored().ThenClose();
        using var message = Message();
        var relay = Relays.Read(Relays.To(server));

        await using (var first = await OpenAsync(relay, clock))
        await using (var beside = await OpenAsync(relay, clock))
        {
            var troubled = await first.SendAsync(Envelope, message, () => { }, Cancellation);
            Assert.All(troubled.Recipients, recipient => Assert.Equal(Enum.Parse<RecipientStatus>(expected), recipient.Status));
            await beside.SendAsync(Envelope, message, () => { }, Cancellation);
        }

        Assert.Equal([2], server.Exchanges.Where(exchange => exchange.Verb == "DATA").Select(exchange => exchange.Connection));
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.True(await IsByDataAsync(relay, server, message, clock));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.False(await IsByDataAsync(relay, server, message, clock));
    }

    [Fact]
    public async Task A_refused_recipient_or_a_deferral_does_not_end_the_use_of_BDAT()
    {
        await using var server = Server();
        server.Script = exchange => exchange switch
        {
            { Verb: "RCPT", Mail: 1, LocalPart: "bob" } => SmtpAction.Reply("550 5.5.1 No"),
            { Verb: SmtpExchange.FinalDot, Mail: 2 } => SmtpAction.Reply("451 4.7.1 Greylisted"),
            _ => null,
        };
        using var message = Message();
        await using var session = await OpenAsync(server);

        for (var i = 0; i < 3; i++)
            await session.SendAsync(Envelope, message, () => { }, Cancellation);

        Assert.DoesNotContain(server.Exchanges, exchange => exchange.Verb == "DATA");
    }

    [Fact]
    public void The_pause_before_BDAT_is_tried_again_doubles_up_to_a_day()
    {
        var chunking = new Chunking(allowed: true);
        var now = TimeProvider.System.GetUtcNow();
        var waits = new List<int>();
        for (var i = 0; i < 7; i++)
        {
            chunking.Doubt(now);
            chunking.Doubt(now);
            var hours = Enumerable.Range(1, 48).First(hour => chunking.MayBeUsed(now + TimeSpan.FromHours(hour)));
            waits.Add(hours);
            now += TimeSpan.FromHours(hours);
        }

        Assert.Equal([1, 2, 4, 8, 16, 24, 24], waits);
    }

    [Fact]
    public async Task A_relay_that_hangs_up_on_BDAT_costs_one_connection_and_gets_DATA()
    {
        await using var server = Server();
        server.Script = exchange => exchange.Verb == "BDAT" ? SmtpAction.Reset : null;
        using var message = Message();
        var relay = Relays.Read(Relays.To(server));

        await Assert.ThrowsAsync<RelayUnreachableException>(() => OpenAsync(relay));
        await using var session = await OpenAsync(relay);
        await session.SendAsync(Envelope, message, () => { }, Cancellation);

        Assert.Single(server.Mails);
        Assert.Contains(server.Exchanges, exchange => exchange.Verb == "DATA");
    }

    [Fact]
    public async Task Content_goes_only_to_accepted_recipients_and_is_not_sent_without_any()
    {
        await using var server = Server();
        server.Script = exchange => exchange is { Verb: "RCPT", Mail: 2 } or { Verb: "RCPT", LocalPart: "bob" } ? SmtpAction.Reply("550 5.1.1 No such user") : null;
        using var message = Message();
        await using var session = await OpenAsync(server);

        var some = await session.SendAsync(Envelope, message, () => { }, Cancellation);
        var none = await session.SendAsync(Envelope, message, () => { }, Cancellation);

        Assert.Equal([RecipientStatus.Sent, RecipientStatus.Rejected], some.Recipients.Select(recipient => recipient.Status));
        Assert.Equal([RecipientStatus.Rejected, RecipientStatus.Rejected], none.Recipients.Select(recipient => recipient.Status));
        Assert.Equal(["ada@example.com"], Assert.Single(server.Mails).Recipients);
        Assert.Single(server.Exchanges, exchange => exchange.Verb is SmtpExchange.FinalDot);
    }

    [Fact]
    public async Task An_exception_before_the_content_prevents_its_transmission()
    {
        await using var server = Server();
        using var message = Message();
        await using var session = await OpenAsync(server);

        await Assert.ThrowsAsync<InvalidOperationException>(() => session.SendAsync(Envelope, message, () => throw new InvalidOperationException(), Cancellation));
        await server.WaitForClosedAsync(1, Cancellation);

        Assert.Equal(["BDAT", "RCPT"], Verbs(server));
        Assert.Empty(server.Mails);
    }

    private static ScriptedSmtpServer Server() => new(Options(knows: true));

    private static SmtpServerOptions Options(bool knows) => Options(_ => knows);

    private static SmtpServerOptions Options(Func<int, bool> knows) =>
        new() { Keywords = [.. new SmtpServerOptions().Keywords, "CHUNKING"], KnowsChunking = knows };

    private static MimeMessage Message(string text = ".\n..\n.x\nGrüße\n.")
    {
        var now = TimeProvider.System.GetUtcNow();
        var content = new EmailContent
        {
            From = new EmailAddress("", "shop", "example.org"),
            To = [new EmailAddress("", "ada", "example.com")],
            Subject = "Dots",
            Text = text,
        };
        return MessageComposer.Compose(EmailId.Mint(now)[0], content, now);
    }

    private static IEnumerable<string> Verbs(ScriptedSmtpServer server) =>
        server.Exchanges.Select(exchange => exchange.Verb).Where(verb => verb is "RCPT" or "DATA" or "BDAT" or SmtpExchange.FinalDot).Distinct();

    private static async Task<TransactionResult> SendAsync(ScriptedSmtpServer server, MimeMessage message, Action<RelayOptions>? set = null)
    {
        await using var session = await OpenAsync(server, set);
        return await session.SendAsync(Envelope, message, () => { }, Cancellation);
    }

    private static Task<RelaySession> OpenAsync(ScriptedSmtpServer server, Action<RelayOptions>? set = null)
    {
        var options = Relays.To(server);
        set?.Invoke(options);
        return OpenAsync(Relays.Read(options));
    }

    private static Task<RelaySession> OpenAsync(Relay relay, TimeProvider? clock = null) =>
        RelaySession.OpenAsync(relay, new Authenticator(relay, TokenCredentials.Create, TimeProvider.System), new Instruments().Smtp, clock ?? TimeProvider.System, Cancellation);

    private static async Task<bool> IsByDataAsync(Relay relay, ScriptedSmtpServer server, MimeMessage message, TimeProvider clock)
    {
        var before = server.Exchanges.Count(exchange => exchange.Verb == "DATA");
        await using var session = await OpenAsync(relay, clock);
        await session.SendAsync(Envelope, message, () => { }, Cancellation);
        return server.Exchanges.Count(exchange => exchange.Verb == "DATA") > before;
    }
}
