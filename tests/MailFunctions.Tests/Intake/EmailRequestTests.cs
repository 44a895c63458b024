using System.Text;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.TestPeers;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.Tests.Intake;

public sealed class EmailRequestTests
{
    [Fact]
    public async Task Every_field_arrives_in_the_draft()
    {
        var draft = await EmailRequests.DraftAsync("""
            {
              "from": "Ännie Ex <ann@Example.COM>",
              "to": ["bob@example.org", "\"Carol, C.\" <carol@bücher.example>"],
              "cc": "dan@example.org",
              "bcc": ["eve@example.org"],
              "reply_to": "help@example.com",
              "subject": " Grüße 👋 ",
              "text": "Hello",
              "html": "<b>Hello</b> <img src='cid:logo'>",
              "headers": {"List-Unsubscribe": "<https://example.com/u>", "X-Order": "47"},
              "attachments": [
                {"filename": "ünïcode.pdf", "content": "JVBERg=="},
                {"filename": "logo.png", "content": "iVBORw\/\/", "content_type": "image/png", "content_id": "logo"}
              ],
              "tags": [{"name": "kind", "value": "welcome"}],
              "lane": "bulk",
              "expires_at": "2026-11-24T01:00:00+02:00",
              "on_uncertain": "assume_sent"
            }
            """);

        Assert.Equal(new EmailAddress("Ännie Ex", "ann", "example.com"), draft.Content.From);
        Assert.Equal([new EmailAddress("", "bob", "example.org"), new EmailAddress("Carol, C.", "carol", "xn--bcher-kva.example")], draft.Content.To);
        Assert.Equal([new EmailAddress("", "dan", "example.org")], draft.Content.Cc);
        Assert.Equal([new EmailAddress("", "eve", "example.org")], draft.Bcc);
        Assert.Equal([new EmailAddress("", "help", "example.com")], draft.Content.ReplyTo);
        Assert.Equal("Grüße 👋", draft.Content.Subject);
        Assert.Equal("Hello", draft.Content.Text);
        Assert.Equal("<b>Hello</b> <img src='cid:logo'>", draft.Content.Html);
        Assert.Equal([new HeaderField("List-Unsubscribe", "<https://example.com/u>"), new HeaderField("X-Order", "47")], draft.Content.Headers);
        Assert.Equal([("ünïcode.pdf", "application/pdf", null), ("logo.png", "image/png", "logo")], draft.Content.Attachments.Select(file => (file.FileName, file.ContentType, file.ContentId)));
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0F, 0xFF], draft.Content.Attachments[1].Bytes.ToArray());
        Assert.Equal([new Tag("kind", "welcome")], draft.Tags);
        Assert.Equal(Lane.Bulk, draft.Lane);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 23, 0, 0, TimeSpan.Zero), draft.ExpiresAt);
        Assert.Equal(UncertainPolicy.AssumeSent, draft.OnUncertain);
    }

    [Fact]
    public async Task Omitted_and_null_fields_have_their_defaults()
    {
        var draft = await EmailRequests.DraftAsync("""{"from":"a@example.com","to":"b@example.com","subject":"x","html":"<p>","text":null,"cc":null,"headers":null,"lane":null,"expires_at":null}""");

        Assert.Null(draft.Content.Text);
        Assert.Empty(draft.Content.Cc);
        Assert.Empty(draft.Content.Headers);
        Assert.Equal(Lane.Transactional, draft.Lane);
        Assert.Null(draft.ExpiresAt);
        Assert.Null(draft.OnUncertain);
    }

    [Theory]
    [InlineData("to", "\"paypaӏ@аpple.com\"")] // homographs are for the reader's eye to judge
    [InlineData("to", "\"用户@例子.广告\"")]
    [InlineData("to", "\"a+b/c=d!#$%&'*-?^_`{|}~@sub.sub.example.co.uk\"")]
    [InlineData("to", "\"=?utf-8?b?w4Q=?= <a@example.com>\"")]
    [InlineData("to", "\"O'Neill <a@example.com>\"")]
    [InlineData("to", "\"\\\"Acme (UK), Inc. <x>\\\" <a@example.com>\"")]
    [InlineData("to", "\"🦄 مرحبا <a@example.com>\"")]
    [InlineData("to", "\"<a@example.com>\"")]
    [InlineData("to", "[\"a@example.com\",\"a@example.com\"]")]
    [InlineData("subject", "\"\\ud83d\\ude00\"")]
    [InlineData("subject", "\"=?utf-8?q?plain?= words\"")]
    [InlineData("text", "\"a\\r\\nb\\u0001\\tc\"")]
    [InlineData("headers", "{}")]
    [InlineData("headers", "{\"In-Reply-To\":\"<a@b>\",\"References\":\"<a@b> <c@d>\",\"Precedence\":\"bulk\",\"Auto-Submitted\":\"auto-generated\",\"List-Unsubscribe-Post\":\"List-Unsubscribe=One-Click\"}")]
    [InlineData("attachments", "[{\"filename\":\"empty\",\"content\":\"\"}]")]
    [InlineData("attachments", "[{\"filename\":\"mail.eml\",\"content\":\"AAAA\"}]")]
    [InlineData("expires_at", "\"2026-11-23T10:42:18Z\"")]
    [InlineData("expires_at", "\"2027-11-23T10:42:17.1234567+00:00\"")]
    public async Task Unusual_but_legal_values_are_accepted(string field, string json)
    {
        var reading = await EmailRequests.ReadAsync(HostileRequest.With(field, json));

        Assert.True(reading.Succeeded, reading.Problem?.Detail);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("APPLICATION/JSON;charset=\"UTF-8\"")]
    public async Task JSON_may_say_that_it_is_UTF8(string contentType) =>
        Assert.True((await EmailRequests.ReadAsync(Encoding.UTF8.GetBytes(HostileRequest.Without()), contentType)).Succeeded);

    [Fact]
    public async Task Errors_are_all_reported_together()
    {
        var reading = await EmailRequests.ReadAsync("""{"from":"a","to":["b@example.com","c"],"subject":7,"headers":{"Date":"x","X-A":"\n"},"lane":"x","replyTo":"y"}""");

        Assert.False(reading.Succeeded);
        Assert.Equal(
            ["", "/from", "/headers/Date", "/headers/X-A", "/lane", "/replyTo", "/subject", "/to/1"],
            reading.Problem.Errors.Select(error => error.Pointer!).Order(StringComparer.Ordinal));
        Assert.StartsWith("8 errors", reading.Problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_lists_a_hundred_errors_and_counts_the_others()
    {
        var unknown = string.Join(',', Enumerable.Range(0, 300).Select(i => $"\"field{i}\":1"));
        var reading = await EmailRequests.ReadAsync($"{{{unknown}}}");

        Assert.False(reading.Succeeded);
        Assert.Equal(100, reading.Problem.Errors.Count);
        Assert.Equal("304 errors, of which the first 100 are listed.", reading.Problem.Detail);
    }

    [Fact]
    public async Task An_error_repeats_no_more_than_a_little_of_what_was_sent()
    {
        var reading = await EmailRequests.ReadAsync(HostileRequest.With("lane", $"\"{new string('x', 200)}\""));

        Assert.False(reading.Succeeded);
        Assert.Equal($"must be transactional or bulk, not '{new string('x', 63)}…'", Assert.Single(reading.Problem.Errors).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(10L)]
    [InlineData(100_000L)]
    public async Task The_received_length_counts_and_not_the_announced_one(long? announced)
    {
        var body = Encoding.UTF8.GetBytes(HostileRequest.With("text", $"\"{new string('x', 200_000)}\""));

        var reading = await ReadAsync(new MemoryStream(body), announced);

        Assert.Equal(200_000, reading?.Content.Text?.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(100L)]
    public async Task A_body_without_an_end_is_read_no_further_than_its_limit(long? announced)
    {
        var stream = new EndlessStream();

        var reading = await EmailRequests.ReadAsync(stream, "application/json", announced);

        Assert.Equal(413, reading.Problem?.Status);
        Assert.InRange(stream.Served, RequestLimits.BodyBytes + 1, RequestLimits.BodyBytes + 1);
    }

    [Fact]
    public async Task A_body_that_is_announced_as_too_large_is_not_read()
    {
        var stream = new EndlessStream();

        var reading = await EmailRequests.ReadAsync(stream, "application/json", RequestLimits.BodyBytes + 1L);

        Assert.Equal(413, reading.Problem?.Status);
        Assert.Equal(0, stream.Served);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("identity", null)]
    [InlineData("gzip", 415)]
    public async Task A_compressed_body_is_refused_by_name(string coding, int? status)
    {
        var reading = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(HostileRequest.Without())), coding);

        Assert.Equal(status, reading.Problem?.Status);
    }

    [Theory]
    [InlineData(413, 413)]
    [InlineData(400, 400)]
    public async Task A_body_that_the_server_gives_up_on_is_a_problem_and_no_fault(int thrown, int status)
    {
        var reading = await ReadAsync(new FailingStream(new BadHttpRequestException("The server's words.", thrown)), "");

        Assert.Equal(status, reading.Problem?.Status);
        Assert.DoesNotContain("server's words", reading.Problem?.Detail, StringComparison.Ordinal);
    }

    private static async Task<OrProblem<EmailDraft>> ReadAsync(Stream body, string coding)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = body;
        request.ContentType = "application/json";
        request.Headers.ContentEncoding = coding;
        return EmailRequests.Parse(await RequestDocument.ReadAsync(request, EmailLimits.JsonValues, TestContext.Current.CancellationToken));
    }

    private sealed class FailingStream(Exception exception) : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw exception;
    }

    private static async Task<EmailDraft?> ReadAsync(Stream stream, long? announced) =>
        (await EmailRequests.ReadAsync(stream, "application/json", announced)).Value;

    private sealed class EndlessStream : Stream
    {
        public long Served { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Served; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            Served += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
