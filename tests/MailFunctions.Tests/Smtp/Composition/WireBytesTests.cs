using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.Tests.Intake;
using MimeKit;

namespace MailFunctions.Tests.Smtp.Composition;

/// <summary>
/// What any relay may be given: headers in ASCII (RFC 5322 section 2.2), but for local parts under SMTPUTF8 (RFC 6532), and no
/// line of more than 998 octets (RFC 5322 section 2.1.1).
/// </summary>
public sealed class WireBytesTests
{
    private static readonly DateTimeOffset AcceptedAt = new(2026, 11, 23, 10, 42, 17, TimeSpan.Zero);
    private static readonly EmailId Id = EmailId.Mint(AcceptedAt).Single();

    [Fact]
    public Task Every_request_is_refused_at_its_place_or_fits_the_wire() => HostileFields.Request.SampleAsync(
        async mail =>
        {
            var reading = await EmailRequests.ReadAsync(HostileFields.Json(mail));

            if (reading.Succeeded)
                AssertFits(reading.Value.Content);
            else
                Assert.All(reading.Problem.Errors, error => Assert.True(error.Pointer is not null, error.Message));
        },
        iter: Samples.Few(100));

    /// <summary>Also what an earlier version accepted, which nobody reads again before it is sent.</summary>
    [Fact]
    public void Every_stored_header_fits_the_wire() => HostileFields.Header.Where(field => IsName(field.Name)).Sample(
        field => AssertFits(Content() with { Headers = [new HeaderField(field.Name, field.Value)] }), iter: Samples.Few(100));

    [Fact]
    public void Every_subject_of_a_template_fits_the_wire_and_reads_back() => HostileFields.Subject.Sample(
        subject => Assert.Equal(subject, AssertFits(Content() with { Subject = subject }).Subject), iter: Samples.Few(100));

    [Fact]
    public void Every_file_name_and_display_name_fits_the_wire() => Gen.Select(HostileFields.Text, HostileFields.Text).Sample(
        (name, file) => AssertFits(Content() with
        {
            From = new EmailAddress(name, "ann", "example.com"),
            Attachments = [new Attachment { FileName = file, ContentType = "text/plain; charset=utf-8", Bytes = new byte[] { 1 } }],
        }),
        iter: Samples.Few(40));

    [Theory]
    [InlineData("List-Unsubscribe", "<https://bücher.example/löschen?name=Jürgen>, <mailto:ab@bücher.example?subject=löschen>", "<https://xn--bcher-kva.example/l%C3%B6schen?name=J%C3%BCrgen>, <mailto:ab@xn--bcher-kva.example?subject=l%C3%B6schen>")]
    [InlineData("list-help", "<mailto:löschen@example.com> (Hilfe für alle)", "<mailto:l%C3%B6schen@example.com> (=?utf-8?B?SGlsZmUgZsO8ciBhbGxl?=)")]
    [InlineData("List-Post", "NO (nür lesen)", "NO (=?utf-8?B?bsO8ciBsZXNlbg==?=)")]
    [InlineData("List-Archive", "<https://user@bücher.example:8443/>", "<https://user@xn--bcher-kva.example:8443/>")]
    [InlineData("List-Owner", "<http://[::1]:80/ä>", "<http://[::1]:80/%C3%A4>")]
    [InlineData("List-Subscribe", "<https://example.com/100%25/ä b>", "<https://example.com/100%25/%C3%A4%20b>")]
    [InlineData("Disposition-Notification-To", "\"Jürgen, Büro\" <ann@bücher.example>, bob@example.com", "=?utf-8?B?SsO8cmdlbiwgQsO8cm8=?= <ann@xn--bcher-kva.example>, bob@example.com")]
    [InlineData("Return-Receipt-To", "ann@bücher.example", "ann@xn--bcher-kva.example")]
    [InlineData("List-Id", "\"Bücher, neu\" <bücher_neu.bücher.example>", "=?utf-8?B?QsO8Y2hlciwgbmV1?= <xn--bcher_neu-q9a.xn--bcher-kva.example>")]
    [InlineData("List-Id", "Weekly <news.bücher.example>", "Weekly <news.xn--bcher-kva.example>")]
    [InlineData("Keywords", "Bücher, \"a, b\", Mail", "=?utf-8?B?QsO8Y2hlcg==?=, \"a, b\", Mail")]
    [InlineData("Original-Message-ID", "<a=?b@example.com>", "<a=?b@example.com>")]
    public async Task A_header_with_a_grammar_is_encoded_only_where_programs_look_for_text(string name, string value, string written)
    {
        var draft = await EmailRequests.DraftAsync(WithHeader(name, value));

        AssertFits(draft.Content);
        Assert.Equal(written, Unfolded(Bytes(draft.Content), name));
    }

    [Theory]
    [InlineData("List-Unsubscribe", "https://example.com/ä")]
    [InlineData("List-Unsubscribe", "<https://example.com/ä")]
    [InlineData("List-Unsubscribe", "<löschen>")]
    [InlineData("List-Unsubscribe", "<https://ä..example/>")]
    [InlineData("List-Unsubscribe-Post", "List-Unsubscribe=Öne-Click")]
    [InlineData("Disposition-Notification-To", "Jürgen")]
    [InlineData("Disposition-Notification-To", "jürgen@example.com")]
    [InlineData("Disposition-Notification-Options", "ä=required,b,c")]
    [InlineData("Original-Message-ID", "<ä@example.com>")]
    [InlineData("References", "<ä@example.com>")]
    [InlineData("List-Id", "Bücher")]
    [InlineData("List-Id", "Bücher <a..b>")]
    [InlineData("Precedence", "bülk")]
    public async Task A_header_that_cannot_be_written_is_refused_at_its_place(string name, string value)
    {
        var reading = await EmailRequests.ReadAsync(WithHeader(name, value));

        Assert.False(reading.Succeeded);
        Assert.Equal($"/headers/{name}", Assert.Single(reading.Problem.Errors).Pointer);
    }

    [Theory]
    [InlineData("X-Note", 7_000)]
    [InlineData("List-Unsubscribe", 7_000)]
    [InlineData("References", 7_000)]
    public void A_run_of_spaces_goes_on_no_line_of_its_own(string name, int spaces)
    {
        var content = Content() with { Headers = [new HeaderField(name, $"<a@example.com>{new string(' ', spaces)}<b@example.com>")] };

        AssertFits(content);
        Assert.DoesNotContain(Encoding.ASCII.GetString(Bytes(content)).Split("\r\n\r\n")[0].Split("\r\n"), line => line.Length > 0 && string.IsNullOrWhiteSpace(line));
    }

    [Fact]
    public void An_address_beyond_ASCII_anywhere_in_the_header_needs_SMTPUTF8()
    {
        var jose = new EmailAddress("", "josé", "example.com");

        Assert.False(Content().NeedsSmtpUtf8);
        Assert.True((Content() with { ReplyTo = [jose] }).NeedsSmtpUtf8);
        Assert.True((Content() with { Cc = [jose] }).NeedsSmtpUtf8);
    }

    private static string WithHeader(string name, string value)
    {
        var mail = new JsonObject { ["from"] = "ann@example.com", ["to"] = "bob@example.org", ["subject"] = "x", ["text"] = "x" };
        mail["headers"] = new JsonObject { [name] = value };
        return HostileFields.Json(mail);
    }

    private static EmailContent Content() => new()
    {
        From = new EmailAddress("Ann", "ann", "example.com"),
        To = [new EmailAddress("", "bob", "example.org")],
        Subject = "Hello",
        Text = "Hello",
    };

    private static MimeMessage AssertFits(EmailContent content)
    {
        var bytes = Bytes(content);
        if (!content.NeedsSmtpUtf8)
            Assert.True(Ascii.IsValid(bytes), Encoding.UTF8.GetString(bytes));
        Assert.DoesNotContain((byte)0, bytes);
        Assert.All(Encoding.Latin1.GetString(bytes).Split("\r\n"), line =>
        {
            Assert.InRange(line.Length, 0, 998);
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain('\r', line);
        });

        var read = MimeMessage.Load(new MemoryStream(bytes));
        Assert.Empty(read.Bcc);
        Assert.True(read.Headers.Count(header => header.Id == HeaderId.Subject) == 1 && read.Headers.Count(header => header.Id == HeaderId.To) == 1);
        return read;
    }

    private static byte[] Bytes(EmailContent content)
    {
        using var message = MessageComposer.Compose(Id, content, AcceptedAt);
        using var stream = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, stream);
        return stream.ToArray();
    }

    private static string Unfolded(byte[] bytes, string name) => string.Concat(
        Encoding.ASCII.GetString(bytes).Split($"\r\n{name}: ")[1].Split("\r\n").TakeWhile((line, i) => i == 0 || line.StartsWith(' ')));

    private static bool IsName(string name) => name.Length is > 0 and <= 600 && name.All(c => c is > ' ' and < '\x7F' and not ':');
}
