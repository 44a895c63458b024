using System.Text;
using MailFunctions.TestPeers.Smtp;
using MailKit.Net.Smtp;
using MailKit.Security;
using static MailFunctions.Tests.TestPeers.MailKitClient;

namespace MailFunctions.Tests.TestPeers;

public sealed class ScriptedSmtpServerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_arrives_as_it_was_sent_with_its_envelope_and_parameters()
    {
        await using var server = new ScriptedSmtpServer();
        using var client = await ConnectAsync(server, Cancellation);
        var mail = Message("ada@example.com,bob@example.com");
        using var sent = new MemoryStream();
        var format = MimeKit.FormatOptions.Default.Clone();
        format.NewLineFormat = MimeKit.NewLineFormat.Dos;
        await mail.WriteToAsync(format, sent, Cancellation);

        await client.SendAsync(format, mail, Cancellation);
        await client.DisconnectAsync(quit: true, Cancellation);

        var received = Assert.Single(await server.WaitForMailsAsync(1, Cancellation));
        Assert.Equal(Encoding.UTF8.GetString(sent.ToArray()), Encoding.UTF8.GetString(received.Content.Span));
        Assert.Equal("app@example.org", received.Sender);
        Assert.Equal(["ada@example.com", "bob@example.com"], received.Recipients);
        Assert.Equal(1, received.Number);
        Assert.Equal(1, received.Connection);
        Assert.Equal(mail.MessageId, received.Header("message-id")?.Trim('<', '>'));
        Assert.Contains("C: RCPT TO:<bob@example.com>", server.Transcript(1));
        Assert.Contains("S: 250 2.0.0 Stored", server.Transcript(1));
        await server.WaitForClosedAsync(1, Cancellation);
        Assert.Equal(0, server.OpenConnections);
    }

    [Fact]
    public async Task A_large_mail_without_line_ends_arrives_whole()
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["8BITMIME", "CHUNKING", "BINARYMIME", "PIPELINING"] });
        using var client = await ConnectAsync(server, Cancellation);
        var octets = new byte[3_000_000];
        new Random(7).NextBytes(octets);
        var mail = Message();
        mail.Body = new MimeKit.MimePart("application", "octet-stream") { Content = new MimeKit.MimeContent(new MemoryStream(octets)), ContentTransferEncoding = MimeKit.ContentEncoding.Binary };

        await client.SendAsync(mail, Cancellation);

        var received = Assert.Single(await server.WaitForMailsAsync(1, Cancellation));
        Assert.True(received.Content.Span.EndsWith(octets));
        Assert.Contains(server.Exchanges, exchange => exchange.Parameters.GetValueOrDefault("BODY") == "BINARYMIME");
    }

    [Fact]
    public async Task Answers_are_chosen_by_recipient_and_by_how_often_it_was_seen()
    {
        await using var server = new ScriptedSmtpServer
        {
            Script = exchange => exchange switch
            {
                { Verb: "RCPT", LocalPart: "nobody" } => SmtpAction.Reply("550 5.1.1 No such user"),
                { Verb: "RCPT", LocalPart: "grey", Seen: 1 } => SmtpAction.Reply(451, "4.7.1 Greylisted", "4.7.1 Come back"),
                _ => null,
            },
        };
        using var client = await ConnectAsync(server, Cancellation);

        var unknown = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message("nobody@example.com"), Cancellation));
        var grey = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message("grey@example.com"), Cancellation));
        await client.SendAsync(Message("grey@example.com"), Cancellation);

        Assert.Equal(550, (int)unknown.StatusCode);
        Assert.Equal(451, (int)grey.StatusCode);
        Assert.Equal("4.7.1 Greylisted\n4.7.1 Come back", grey.Message.ReplaceLineEndings("\n"));
        Assert.Equal(["grey@example.com"], Assert.Single(server.Mails).Recipients);
    }

    [Theory]
    [InlineData("MAIL", 452)]
    [InlineData("DATA", 451)]
    [InlineData(".", 554)]
    public async Task A_refusal_of_any_command_reaches_the_client(string verb, int code)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == verb ? SmtpAction.Reply(code, "5.0.0 No") : null };

        using var client = await ConnectAsync(server, Cancellation);

        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message(), Cancellation));

        Assert.Equal(code, (int)refused.StatusCode);
        Assert.Contains($"S: {code} 5.0.0 No", server.Transcript(1));
        Assert.Empty(server.Mails);
    }

    [Fact]
    public async Task A_greeting_can_refuse_and_close()
    {
        await using var server = new ScriptedSmtpServer
        {
            Script = exchange => exchange is { Verb: SmtpExchange.Greeting, OpenConnections: > 1 } ? SmtpAction.Reply("421 4.7.0 Too many connections").ThenClose() : null,
        };
        using var first = await ConnectAsync(server, Cancellation);

        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => ConnectAsync(server, Cancellation));

        Assert.Equal(421, (int)refused.StatusCode);
        await server.WaitForClosedAsync(1, Cancellation);
        Assert.Equal(1, server.OpenConnections);
        Assert.Equal(2, server.MaxConcurrentConnections);
    }

    [Theory]
    [InlineData(SecureSocketOptions.StartTls)]
    [InlineData(SecureSocketOptions.SslOnConnect)]
    public async Task Mail_and_credentials_arrive_over_TLS(SecureSocketOptions security)
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { ImplicitTls = security == SecureSocketOptions.SslOnConnect });
        server.Script = exchange => exchange.Verb == "STARTTLS" ? SmtpAction.Default.After(TimeSpan.FromMilliseconds(50)) : null;
        using var client = await ConnectAsync(server, Cancellation, security);

        await client.AuthenticateAsync("app", "secret", Cancellation);
        await client.SendAsync(Message(), Cancellation);
        await client.DisconnectAsync(quit: true, Cancellation);

        var received = Assert.Single(server.Mails);
        Assert.True(received.IsTls);
        Assert.DoesNotContain("STARTTLS", server.Transcript(1).Last(line => line.StartsWith("S: 250-localhost", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("app", received.User);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("XOAUTH2")]
    public async Task The_script_sees_the_credentials_and_may_refuse_them(string mechanism)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange is { Verb: "AUTH", Secret: not "right" } ? SmtpAction.Reply("535 5.7.8 No") : null };
        using var client = await ConnectAsync(server, Cancellation);

        var refused = await Assert.ThrowsAnyAsync<AuthenticationException>(() => client.AuthenticateAsync(Sasl("wrong"), Cancellation));
        await client.AuthenticateAsync(Sasl("right"), Cancellation);

        Assert.Contains("535", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["wrong", "right"], server.Exchanges.Where(exchange => exchange.Verb == "AUTH").Select(exchange => exchange.Secret));
        Assert.All(server.Exchanges.Where(exchange => exchange.Verb == "AUTH"), exchange => Assert.Equal("app", exchange.User));

        SaslMechanism Sasl(string secret) => mechanism switch
        {
            "PLAIN" => new SaslMechanismPlain("app", secret),
            "LOGIN" => new SaslMechanismLogin("app", secret),
            _ => new SaslMechanismOAuth2("app", secret),
        };
    }

    [Fact]
    public async Task A_challenge_that_explains_a_refusal_is_followed_through()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "AUTH" ? SmtpAction.Reply("334 eyJzdGF0dXMiOiI0MDEifQ==") : null };
        using var client = await ConnectAsync(server, Cancellation);

        await Assert.ThrowsAnyAsync<AuthenticationException>(() => client.AuthenticateAsync(new SaslMechanismOAuth2("app", "stale"), Cancellation));

        Assert.Contains("S: 535 5.7.8 Authentication failed", server.Transcript(1));
    }

    [Fact]
    public async Task A_declared_size_over_the_limit_is_refused()
    {
        await using var server = new ScriptedSmtpServer(new SmtpServerOptions { Keywords = ["SIZE 100"] });
        using var client = await ConnectAsync(server, Cancellation);

        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(Message(), Cancellation));

        Assert.Equal(552, (int)refused.StatusCode);
    }
}
