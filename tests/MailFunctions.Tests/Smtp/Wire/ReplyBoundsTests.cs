using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Wire;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Tests.Smtp.Wire;

/// <summary>What a relay may say, how much of it, and how long it may take.</summary>
public sealed class ReplyBoundsTests
{
    private static readonly string Long = new('x', 60_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SmtpExchange.Greeting, "none", "x")]
    [InlineData(SmtpExchange.Greeting, "required", "220-hello\r\n")]
    [InlineData("EHLO", "none", "250-SIZE\r\n")]
    [InlineData("EHLO", "required", "250-SIZE\r\n")]
    [InlineData("STARTTLS", "required", "220")]
    [InlineData("AUTH", "none", "334-\r\n")]
    public async Task A_reply_without_an_end_is_not_read_to_it(string verb, string starttls, string piece)
    {
        await using var server = new ScriptedSmtpServer
        {
            Script = exchange => exchange.Verb == verb ? SmtpAction.Forever(System.Text.Encoding.ASCII.GetBytes(piece)) : null,
        };
        var relay = Sessions.Relay(server, options => options.Url = $"smtp://user:secret@127.0.0.1:{server.Port}?starttls={starttls}");

        var unreachable = await Assert.ThrowsAsync<RelayUnreachableException>(() => Sessions.OpenAsync(relay));

        Assert.Contains("KiB", unreachable.Reply.Text, StringComparison.Ordinal);
        await server.WaitForClosedAsync(1, Cancellation);
    }

    [Theory]
    [InlineData("MAIL", nameof(RecipientStatus.Deferred))]
    [InlineData(SmtpExchange.FinalDot, nameof(RecipientStatus.Uncertain))]
    public async Task A_reply_without_end_during_a_mail_is_cut_off_at_64_KiB(string verb, string status)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == verb ? SmtpAction.Forever("250-2.0.0 and\r\n"u8) : null };
        await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

        var result = await session.SendAsync(1);

        Assert.All(result.Recipients, recipient => Assert.Equal(Enum.Parse<RecipientStatus>(status), recipient.Status));
        Assert.All(result.Recipients, recipient => Assert.Contains("64 KiB", recipient.Reply.Text, StringComparison.Ordinal));
        Assert.False(session.IsUsable);
    }

    [Fact]
    public async Task A_connection_reads_at_most_one_mebibyte_while_nothing_is_sent()
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == "RCPT" ? SmtpAction.Reply(250, Long) : null };
        await using var session = await Sessions.OpenAsync(Sessions.Relay(server));
        var many = new Envelope("shop@example.org", [.. Enumerable.Range(0, 30).Select(i => $"ada{i}@example.com")]);
        using var message = new MimeKit.MimeMessage { Body = new MimeKit.TextPart("plain") { Text = "Hello" } };

        var result = await session.SendAsync(many, message, () => { }, Cancellation);

        Assert.All(result.Recipients, recipient => Assert.Equal(RecipientStatus.Deferred, recipient.Status));
        Assert.Contains("1024 KiB", result.Recipients[^1].Reply.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("none", "EHLO")]
    [InlineData("required", SmtpExchange.Greeting)]
    [InlineData("required", "EHLO")]
    public async Task The_time_for_a_reply_is_for_all_of_it(string starttls, string verb)
    {
        // Each octet comes in good time; the whole would take more than two minutes.
        await using var server = new ScriptedSmtpServer
        {
            Script = exchange => exchange.Verb == verb ? SmtpAction.Reply(verb == "EHLO" ? 250 : 220, new string('x', 400)).InPieces(TimeSpan.FromMilliseconds(300)) : null,
        };
        var relay = Sessions.Relay(server, options =>
        {
            options.Url = $"smtp://127.0.0.1:{server.Port}?starttls={starttls}";
            options.ReplyTimeout = TimeSpan.FromSeconds(1);
        });

        var unreachable = await Assert.ThrowsAsync<RelayUnreachableException>(() => Sessions.OpenAsync(relay));

        Assert.Equal("No answer within the time allowed.", unreachable.Reply.Text);
    }

    [Theory]
    [InlineData("nonsense\r\n", "no SMTP reply (RFC 5321 section 4.2): \"nonsense\"")]
    [InlineData("25\r\n", "no SMTP reply")]
    [InlineData("\r\n", "no SMTP reply")]
    [InlineData("\n", "no SMTP reply")]
    [InlineData("2500 Ok\r\n", "no SMTP reply")]
    [InlineData("\0\0\0 Ok\r\n", "no SMTP reply")]
    [InlineData("250-one\r\n251 two\r\n", "different codes")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP/1.1 400")]
    public async Task Data_that_is_no_SMTP_reply_is_quoted_in_the_reason(string octets, string text)
    {
        foreach (var (verb, status) in new[] { ("MAIL", RecipientStatus.Deferred), (SmtpExchange.FinalDot, RecipientStatus.Uncertain) })
        {
            await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == verb ? SmtpAction.Garbage(System.Text.Encoding.Latin1.GetBytes(octets)) : null };
            await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

            var result = await session.SendAsync(1);

            Assert.All(result.Recipients, recipient => Assert.Equal((status, 0), (recipient.Status, recipient.Reply.Code)));
            Assert.All(result.Recipients, recipient => Assert.Contains(text, recipient.Reply.Text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("550 5.7.1 Gr\u00fc\u00dfe\r\n", "Gr\u00fc\u00dfe")]
    [InlineData("550 5.7.1 a\rb\0c\r\n", "a b c")]
    [InlineData("550 5.7.1 bare end\n", "bare end")]
    [InlineData("550\r\n", "")]
    public async Task A_reply_with_unusual_text_is_accepted(string octets, string text)
    {
        foreach (var encoding in new[] { System.Text.Encoding.UTF8, System.Text.Encoding.Latin1 })
        {
            await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == SmtpExchange.FinalDot ? SmtpAction.Garbage(encoding.GetBytes(octets)) : null };
            await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

            var result = await session.SendAsync(1);

            Assert.All(result.Recipients, recipient => Assert.Equal((RecipientStatus.Rejected, 550, text), (recipient.Status, recipient.Reply.Code, recipient.Reply.Text)));
        }
    }

    [Theory]
    [InlineData("MAIL", "The relay closed the connection instead of answering.")]
    [InlineData("RCPT", "The relay closed the connection instead of answering.")]
    [InlineData("DATA", "The relay closed the connection instead of answering.")]
    [InlineData(SmtpExchange.FinalDot, "The relay closed the connection instead of answering.")]
    public async Task A_closed_connection_is_reported_as_such_and_not_by_the_last_reply(string verb, string text)
    {
        await using var server = new ScriptedSmtpServer { Script = exchange => exchange.Verb == verb ? SmtpAction.Close : null };
        await using var session = await Sessions.OpenAsync(Sessions.Relay(server));

        var result = await session.SendAsync(1);

        Assert.All(result.Recipients, recipient => Assert.Equal((0, text), (recipient.Reply.Code, recipient.Reply.Text)));
    }

    [Fact]
    public void Replies_are_the_same_wherever_they_are_cut()
    {
        var octets = System.Text.Encoding.ASCII.GetBytes("220 hi\r\n250-one\r\n250-\r\n250 two\r\n354\r\n550 no\n");
        for (var cut = 0; cut <= octets.Length; cut++)
        {
            var parser = new ReplyParser();
            var found = new List<string>();
            foreach (var part in new[] { octets[..cut], octets[cut..] })
            {
                foreach (var octet in part.Chunk(7))
                {
                    var left = octet.AsMemory();
                    var room = parser.Room();
                    left.CopyTo(room);
                    parser.Took(left.Length);
                }

                while (parser.Take() is { } reply)
                    found.Add($"{reply.Code}:{string.Join('|', reply.Lines)}");
            }

            Assert.Equal(["220:hi", "250:one||two", "354:", "550:no"], found);
            Assert.False(parser.HasAny);
        }
    }
}
