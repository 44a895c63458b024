using System.Text;
using MailFunctions.Api.Statistics;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Mail;
using MailFunctions.Statistics;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Smtp;
using Microsoft.AspNetCore.Http;
using MimeKit;

namespace MailFunctions.IntegrationTests.Delivery;

public sealed class WholeWayTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_invitation_arrives_where_mail_programs_look_for_it()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite.TakeAzuriteAccount()).WithRelay(relay).StartAsync();
        const string calendar = "BEGIN:VCALENDAR\\r\\nMETHOD:REQUEST\\r\\nBEGIN:VEVENT\\r\\nSUMMARY:Grüße\\r\\nEND:VEVENT\\r\\nEND:VCALENDAR";

        await pipeline.SubmitAsync(
            TestApp.Mail(more: $$""","html":"<p>Hello</p>","calendar":{"content":"{{calendar}}","method":"request","filename":"invite.ics"}"""), Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        using var mail = MimeMessage.Load(new MemoryStream(Assert.Single(relay.Mails).Content.ToArray()), Cancellation);
        var mixed = Assert.IsType<Multipart>(mail.Body, exactMatch: false);
        var alternative = Assert.IsType<MultipartAlternative>(mixed[0]);
        Assert.Equal(["text/plain", "text/html", "text/calendar"], alternative.Select(part => part.ContentType.MimeType));
        var invitation = Assert.IsType<TextPart>(alternative[2]);
        Assert.Equal("REQUEST", invitation.ContentType.Parameters["method"]);
        Assert.Contains("SUMMARY:Grüße", invitation.Text, StringComparison.Ordinal);
        Assert.Equal("invite.ics", Assert.IsType<MimePart>(Assert.Single(mail.Attachments)).FileName);
    }

    [Theory]
    [InlineData("reply_to", "jürgen@example.com")]
    [InlineData("cc", "Jürgen <jürgen@example.com>")]
    public async Task A_local_part_beyond_ASCII_in_the_header_goes_out_under_SMTPUTF8_alone(string field, string address)
    {
        await using var relay = new ScriptedSmtpServer();
        relay.Script = exchange => exchange is { Verb: "RCPT", LocalPart: "ada", Seen: 1 } ? SmtpAction.Reply("450 4.2.1 Busy") : null;
        await using var pipeline = await TestApp.On(azurite.TakeAzuriteAccount()).WithRelay(relay).StartAsync();

        var id = await pipeline.SubmitAsync(TestApp.Mail(more: $$""","{{field}}":"{{address}}" """), Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        // The last attempt has nobody in its envelope but a recipient of ASCII.
        Assert.Equal(["ada@example.com"], relay.Mails.Last().Recipients);
        Assert.Contains("SMTPUTF8", relay.Mails.Last().Parameters.Keys);
    }

    [Fact]
    public async Task A_mail_is_accepted_sent_counted_and_read_as_it_was_written()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite.TakeAzuriteAccount()).WithRelay(relay).StartAsync();
        var invoice = Encoding.UTF8.GetBytes("%PDF-1.7 not really\0ÿ");
        var pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

        var id = await pipeline.SubmitAsync(
            $$"""
            {
              "from": "Zoë’s Shop <shop@bücher.example>",
              "to": ["Ada Łovelace <ada@example.com>", "bob@example.net"],
              "cc": "carol@example.com",
              "bcc": ["secret@example.org"],
              "reply_to": "help@example.com",
              "subject": "Rechnung für März 😀",
              "text": "Grüße",
              "html": "<p>Grüße <img src=\"cid:logo\"></p>",
              "headers": {"X-Order": "42"},
              "attachments": [
                {"filename": "Rechnung März.pdf", "content": "{{Convert.ToBase64String(invoice)}}", "content_type": "application/pdf"},
                {"filename": "logo.png", "content": "{{Convert.ToBase64String(pixel)}}", "content_id": "logo"}
              ],
              "tags": [{"name": "kind", "value": "invoice"}]
            }
            """,
            Cancellation);
        Assert.True(await pipeline.DeliverNextAsync(Lane.Transactional, Cancellation));

        var received = Assert.Single(relay.Mails);
        Assert.Equal("shop@xn--bcher-kva.example", received.Sender);
        Assert.Equal(["ada@example.com", "bob@example.net", "carol@example.com", "secret@example.org"], received.Recipients);
        using var mail = MimeMessage.Load(new MemoryStream(received.Content.ToArray()), Cancellation);
        Assert.Equal("Zoë’s Shop", mail.From.Mailboxes.Single().Name);
        Assert.Equal("Ada Łovelace", mail.To.Mailboxes.First().Name);
        Assert.Equal("carol@example.com", mail.Cc.Mailboxes.Single().Address);
        Assert.Equal("help@example.com", mail.ReplyTo.Mailboxes.Single().Address);
        Assert.Empty(mail.Bcc);
        Assert.DoesNotContain("secret@example.org", Encoding.UTF8.GetString(received.Content.Span), StringComparison.Ordinal);
        Assert.Equal("Rechnung für März 😀", mail.Subject);
        Assert.Equal("42", mail.Headers["X-Order"]);
        Assert.Equal("Grüße", mail.TextBody!.TrimEnd());
        Assert.Contains("cid:logo", mail.HtmlBody, StringComparison.Ordinal);
        Assert.StartsWith(id.ToString(), mail.MessageId, StringComparison.Ordinal);
        Assert.Equal(id.MintedAt.ToUnixTimeSeconds(), mail.Date.ToUnixTimeSeconds());
        Assert.Equal(invoice, Decode(mail.Attachments.OfType<MimePart>().Single(part => part.FileName == "Rechnung März.pdf")));
        Assert.Equal(pixel, Decode(mail.BodyParts.OfType<MimePart>().Single(part => part.ContentId == "logo")));

        var answer = await pipeline.ReadAsync(id, Cancellation);
        Assert.Equal("sent", answer.GetProperty("status").GetString());
        Assert.All(answer.GetProperty("recipients").EnumerateArray(), recipient => Assert.Equal("sent", recipient.GetProperty("status").GetString()));
        var attempt = Assert.Single(answer.GetProperty("attempts").EnumerateArray());
        Assert.Equal(250, attempt.GetProperty("recipients")[0].GetProperty("reply").GetProperty("code").GetInt32());
        Assert.Equal(received.Content.Length, attempt.GetProperty("bytes").GetInt64());

        await pipeline.Get<StatisticsCompiler>().CompileAsync(Cancellation);
        var total = await TotalAsync(pipeline, "total");
        Assert.Equal(1, total.GetProperty("accepted").GetInt64());
        Assert.Equal(4, total.GetProperty("sent").GetInt64());
        Assert.Equal(1, total.GetProperty("latency_ms").GetProperty("count").GetInt64());
        Assert.Equal("kind:invoice", (await TotalAsync(pipeline, "tag")).GetProperty("value").GetString());
        Assert.Equal("relay", (await TotalAsync(pipeline, "relay")).GetProperty("value").GetString());
    }

    [Fact]
    public async Task Large_attachments_and_bodies_travel_by_blob_and_arrive_byte_for_byte()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite.TakeAzuriteAccount()).WithRelay(relay).StartAsync();
        var bytes = new byte[3_000_000];
        new Random(7).NextBytes(bytes);
        var text = string.Concat(Enumerable.Repeat("All work and no play makes a long line. ", 5_000));

        var id = await pipeline.SubmitAsync(
            $$"""{"from":"a@example.org","to":"b@example.com","subject":"big","text":"{{text}}","attachments":[{"filename":"big.bin","content":"{{Convert.ToBase64String(bytes)}}"}]}""",
            Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        using var mail = MimeMessage.Load(new MemoryStream(Assert.Single(relay.Mails).Content.ToArray()), Cancellation);
        Assert.Equal(text.TrimEnd(), mail.TextBody!.TrimEnd());
        Assert.Equal(bytes, Decode(mail.Attachments.OfType<MimePart>().Single()));
    }

    [Fact]
    public async Task The_answer_to_an_accept_says_where_to_ask()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite.TakeAzuriteAccount()).WithRelay(relay).StartAsync();

        var (status, body, headers) = await pipeline.PostAsync(TestApp.Mail(lane: "bulk"), Cancellation);

        Assert.Equal(StatusCodes.Status202Accepted, status);
        var id = body.RootElement.GetProperty("id").GetString();
        Assert.Equal($"/api/emails/{id}", headers.Location);
        Assert.Equal("queued", body.RootElement.GetProperty("status").GetString());
        Assert.Equal("bulk", body.RootElement.GetProperty("lane").GetString());
        Assert.Equal(1, await pipeline.CountMessagesAsync("mail-bulk", Cancellation));
        Assert.Equal(0, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    [Fact]
    public async Task A_sender_that_is_not_allowed_is_refused_with_the_name_of_the_setting()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite.TakeAzuriteAccount()).WithRelay(relay).With(TestSettings.AllowedSenders, "example.net").StartAsync();

        var (status, body, _) = await pipeline.PostAsync(TestApp.Mail(), Cancellation);

        Assert.Equal(StatusCodes.Status403Forbidden, status);
        Assert.Contains("MailFunctions:AllowedSenders", body.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, await pipeline.CountMessagesAsync("mail-transactional", Cancellation));
    }

    private static async Task<System.Text.Json.JsonElement> TotalAsync(TestApp pipeline, string dimension)
    {
        var (status, body, _) = await pipeline.AnswerAsync(
            context =>
            {
                context.Request.QueryString = new QueryString($"?granularity=minute&dimension={dimension}");
                return pipeline.Get<StatisticsReader>().ReadAsync(context.Request, Cancellation);
            },
            Cancellation);
        Assert.Equal(StatusCodes.Status200OK, status);
        return body.RootElement.GetProperty("totals")[0];
    }

    private static byte[] Decode(MimePart part)
    {
        using var decoded = new MemoryStream();
        part.Content!.DecodeTo(decoded, Cancellation);
        return decoded.ToArray();
    }
}
