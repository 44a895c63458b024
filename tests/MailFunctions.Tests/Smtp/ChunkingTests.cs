using MailFunctions.Composition;
using MailFunctions.Ledger;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.TestPeers.Smtp;
using MailFunctions.Tests.Telemetry;
using MimeKit;

namespace MailFunctions.Tests.Smtp;

public sealed class ChunkingTests
{
    private static readonly Envelope Envelope = new("shop@example.org", ["ada@example.com", "bob@example.com"]);

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
    public async Task A_relay_that_offers_what_it_cannot_do_gets_data_when_told_so()
    {
        await using var server = Server();
        using var message = Message();

        await SendAsync(server, message, options => options.Chunking = false);

        Assert.Equal(["RCPT", "DATA", SmtpExchange.FinalDot], Verbs(server));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    public async Task A_relay_that_offers_what_it_does_not_know_is_found_out_before_any_mail_and_gets_data(int code)
    {
        await using var server = Server();
        server.Script = exchange => exchange.Verb == "BDAT" ? SmtpAction.Reply($"{code} 5.5.1 Unknown command") : null;
        using var message = Message();
        var relay = Relays.Read(Relays.To(server));

        for (var i = 0; i < 2; i++)
        {
            await using var session = await OpenAsync(relay);
            var sent = await session.SendAsync(Envelope, message, () => { }, Cancellation);
            Assert.All(sent.Recipients, recipient => Assert.Equal(RecipientStatus.Sent, recipient.Status));
        }

        Assert.Single(server.Exchanges, exchange => exchange.Verb == "BDAT");
        Assert.Equal(2, server.Exchanges.Count(exchange => exchange.Verb == "DATA"));
    }

    [Fact]
    public async Task A_relay_that_hangs_up_on_it_costs_one_connection_and_gets_data()
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
    public async Task Content_goes_to_those_who_were_accepted_and_to_nobody_when_none_was()
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
    public async Task What_is_thrown_before_the_content_keeps_it_from_going_out()
    {
        await using var server = Server();
        using var message = Message();
        await using var session = await OpenAsync(server);

        await Assert.ThrowsAsync<InvalidOperationException>(() => session.SendAsync(Envelope, message, () => throw new InvalidOperationException(), Cancellation));
        await server.WaitForClosedAsync(1, Cancellation);

        Assert.Equal(["BDAT", "RCPT"], Verbs(server));
        Assert.Empty(server.Mails);
    }

    private static ScriptedSmtpServer Server() => new(new SmtpServerOptions { Keywords = [.. new SmtpServerOptions().Keywords, "CHUNKING"] });

    private static MimeMessage Message()
    {
        var now = TimeProvider.System.GetUtcNow();
        var content = new EmailContent
        {
            From = new EmailAddress("", "shop", "example.org"),
            To = [new EmailAddress("", "ada", "example.com")],
            Subject = "Dots",
            Text = ".\n..\n.x\nGrüße\n.",
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

    private static Task<RelaySession> OpenAsync(Relay relay) =>
        RelaySession.OpenAsync(relay, new Authenticator(relay, TokenCredentials.Create, TimeProvider.System), new Instruments().Smtp, TimeProvider.System, Cancellation);
}
