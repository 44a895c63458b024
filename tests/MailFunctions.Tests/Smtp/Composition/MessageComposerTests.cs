using System.Text;
using CsCheck;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MimeKit;

namespace MailFunctions.Tests.Smtp.Composition;

public sealed class MessageComposerTests
{
    private static readonly DateTimeOffset AcceptedAt = new(2026, 11, 23, 10, 42, 17, TimeSpan.FromHours(2));
    private static readonly EmailId Id = EmailId.Mint(AcceptedAt).Single();

    [Fact]
    public void A_composed_message_reads_back_unchanged_in_a_MIME_parser() => Contents.Any.Sample(
        content =>
        {
            var read = Parse(Bytes(content));

            Assert.Equal([content.From], Addresses(read.From));
            Assert.Equal(content.To, Addresses(read.To));
            Assert.Equal(content.Cc, Addresses(read.Cc));
            Assert.Equal(content.ReplyTo, Addresses(read.ReplyTo));
            Assert.Equal(content.Subject, read.Subject);
            Assert.Equal(content.Headers, read.Headers.Where(header => header.Field.StartsWith("X-", StringComparison.Ordinal)).Select(header => new HeaderField(header.Field, header.Value)));
            AssertText(content.Text, BodyOf(read, "plain"));
            AssertText(content.Html, BodyOf(read, "html"));
            Assert.Equal(
                content.Attachments.Select(file => (file.FileName, file.ContentId, Convert.ToHexString(file.Bytes.Span))).Order(),
                Files(read).Order());
        },
        iter: Samples.Few(300));

    [Fact]
    public void Every_message_is_ASCII_in_lines_that_any_relay_takes() => Contents.Any.Sample(
        content =>
        {
            var bytes = Bytes(content);

            Assert.True(Ascii.IsValid(bytes));
            Assert.DoesNotContain((byte)0, bytes);
            Assert.All(Encoding.ASCII.GetString(bytes).Split("\r\n"), line =>
            {
                Assert.InRange(line.Length, 0, 998);
                Assert.DoesNotContain('\n', line);
                Assert.DoesNotContain('\r', line);
            });
        },
        iter: Samples.Few(200));

    [Fact]
    public void The_same_email_gives_the_same_bytes() => Contents.Any.Sample(content => Assert.Equal(Bytes(content), Bytes(content)), iter: Samples.Few(100));

    [Fact]
    public void The_message_is_named_by_the_id_and_dated_by_the_accept()
    {
        var message = Parse(Bytes(Content() with { Subject = "x" }));

        Assert.Equal($"{Id}@example.com", message.MessageId);
        Assert.Equal(AcceptedAt, message.Date);
        Assert.Equal(TimeSpan.Zero, message.Date.Offset);
    }

    [Fact]
    public void A_message_has_the_headers_it_needs_and_no_others()
    {
        var message = Parse(Bytes(Content()));

        Assert.Equal(
            ["Content-Type", "Date", "From", "MIME-Version", "Message-Id", "Subject", "To"],
            message.Headers.Select(header => header.Field).Concat(message.Body!.Headers.Select(header => header.Field)).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Text_html_picture_and_file_are_nested_as_readers_expect()
    {
        var message = Parse(Bytes(Content() with
        {
            Html = "<img src='cid:logo'>",
            Attachments = [File("a.pdf", "application/pdf"), File("logo.png", "image/png", "logo")],
        }));

        var mixed = Assert.IsType<Multipart>(message.Body, exactMatch: false);
        Assert.Equal("multipart/mixed", mixed.ContentType.MimeType);
        var alternative = Assert.IsType<MultipartAlternative>(mixed[0]);
        Assert.Equal("text/plain", alternative[0].ContentType.MimeType);
        var related = Assert.IsType<MultipartRelated>(alternative[1]);
        Assert.Equal("text/html", related.Root!.ContentType.MimeType);
        Assert.Equal(("image/png", "logo", "inline"), (related[1].ContentType.MimeType, related[1].ContentId, related[1].ContentDisposition!.Disposition));
        Assert.Equal(("application/pdf", "attachment"), (mixed[1].ContentType.MimeType, mixed[1].ContentDisposition!.Disposition));
    }

    [Fact]
    public void An_invitation_is_the_last_of_the_alternatives_and_its_file_an_attachment()
    {
        const string calendar = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nSUMMARY:Grüße\nEND:VCALENDAR\n";
        var form = File("invite.ics", "text/calendar; charset=utf-8; method=REQUEST") with { IsAlternative = true, Bytes = Encoding.UTF8.GetBytes(calendar) };
        var message = Parse(Bytes(Content() with
        {
            Html = "<img src='cid:logo'>",
            Attachments = [File("logo.png", "image/png", "logo"), form, File("invite.ics", "application/ics")],
        }));

        var mixed = Assert.IsType<Multipart>(message.Body, exactMatch: false);
        var alternative = Assert.IsType<MultipartAlternative>(mixed[0]);
        Assert.Equal(["text/plain", "multipart/related", "text/calendar"], alternative.Select(part => part.ContentType.MimeType));
        var invitation = Assert.IsType<TextPart>(alternative[2]);
        Assert.Equal(("REQUEST", "utf-8", null), (invitation.ContentType.Parameters["method"], invitation.ContentType.Charset, invitation.ContentDisposition));
        Assert.Equal(Lines(calendar), Lines(invitation.Text));
        Assert.Equal(("application/ics", "attachment", "invite.ics"), (mixed[1].ContentType.MimeType, mixed[1].ContentDisposition!.Disposition, mixed[1].ContentDisposition!.FileName));
        Assert.Equal(2, mixed.Count);
    }

    [Fact]
    public void An_invitation_beside_one_body_makes_two_alternatives()
    {
        var form = File("invite.ics", "text/calendar; charset=utf-8; method=REQUEST") with { IsAlternative = true };

        Assert.Equal(["text/plain", "text/calendar"], Assert.IsType<MultipartAlternative>(Parse(Bytes(Content() with { Attachments = [form] })).Body).Select(part => part.ContentType.MimeType));
    }

    [Fact]
    public void A_file_with_a_content_id_is_not_hidden_where_no_html_can_show_it()
    {
        var message = Parse(Bytes(Content() with { Attachments = [File("logo.png", "image/png", "logo")] }));

        Assert.Equal("logo.png", Assert.IsType<MimePart>(Assert.Single(message.Attachments)).FileName);
    }

    [Fact]
    public void A_plain_short_text_is_sent_as_it_is()
    {
        var message = Encoding.ASCII.GetString(Bytes(Content() with { Text = "Hello\nBob" }));

        Assert.EndsWith("\r\n\r\nHello\r\nBob\r\n", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_part_beyond_ASCII_stays_for_a_relay_with_SMTPUTF8()
    {
        var to = new EmailAddress("Jürgen", "jürgen", "xn--bcher-kva.example");

        Assert.Equal([to], Addresses(Parse(Bytes(Content() with { To = [to] })).To));
    }

    [Fact]
    public void A_long_file_name_of_characters_beyond_the_basic_plane_stays_whole()
    {
        var name = string.Concat(Enumerable.Repeat("x😀", 80)) + ".png";
        var part = Assert.IsType<MimePart>(Assert.Single(Parse(Bytes(Content() with { Attachments = [File(name, "image/png")] })).Attachments));

        Assert.Equal((name, name), (part.ContentDisposition!.FileName, part.ContentType.Name));
    }

    [Theory]
    [InlineData("List-Unsubscribe", 2, ", <mailto:u@example.com?subject=unsubscribe>")]
    [InlineData("References", 90, " <b@example.com>  <c@example.com>")]
    [InlineData("X-Campaign", 800, " {json: true}")]
    public void A_header_that_programs_read_is_folded_and_never_encoded(string name, int repeats, string rest)
    {
        var value = $"<https://example.com/{string.Concat(Enumerable.Repeat("a", repeats))}>{string.Concat(Enumerable.Repeat(rest, 9))}";
        var raw = Bytes(Content() with { Headers = [new HeaderField(name, value)] });

        Assert.DoesNotContain("=?", Encoding.ASCII.GetString(raw), StringComparison.Ordinal);
        Assert.Equal(value, string.Concat(Encoding.ASCII.GetString(raw).Split($"\r\n{name}: ")[1].Split("\r\n").TakeWhile((line, i) => i == 0 || line.StartsWith(' '))));
    }

    [Fact]
    public void A_subject_of_words_as_long_as_allowed_fits_its_lines()
    {
        var subject = $"{new string('a', 920)} {new string('b', 77)}";
        var raw = Encoding.ASCII.GetString(Bytes(Content() with { Subject = subject, Headers = [new HeaderField(new string('X', 76), new string('c', 920))] }));

        Assert.InRange(raw.Split("\r\n").Max(line => line.Length), 920, 998);
        Assert.Equal(subject, Parse(Encoding.ASCII.GetBytes(raw)).Subject);
    }

    private static EmailContent Content() => new()
    {
        From = new EmailAddress("Ann", "ann", "example.com"),
        To = [new EmailAddress("", "bob", "example.org")],
        Subject = "Hello",
        Text = "Hello",
    };

    private static Attachment File(string name, string type, string? contentId = null) =>
        new() { FileName = name, ContentType = type, ContentId = contentId, Bytes = new byte[] { 1, 2, 3 } };

    private static byte[] Bytes(EmailContent content)
    {
        using var message = MessageComposer.Compose(Id, content, AcceptedAt);
        using var stream = new MemoryStream();
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        message.WriteTo(format, stream);
        return stream.ToArray();
    }

    private static MimeMessage Parse(byte[] bytes) => MimeMessage.Load(new MemoryStream(bytes));

    private static IEnumerable<EmailAddress> Addresses(InternetAddressList list) =>
        list.Cast<MailboxAddress>().Select(mailbox => new EmailAddress(mailbox.Name ?? "", mailbox.LocalPart, MailboxAddress.EncodeAddrspec(mailbox.Address).Split('@')[1]));

    private static string? BodyOf(MimeMessage message, string subtype) =>
        message.BodyParts.OfType<TextPart>().FirstOrDefault(part => part.ContentType.IsMimeType("text", subtype) && part.ContentDisposition is null)?.Text;

    private static IEnumerable<(string FileName, string? ContentId, string Bytes)> Files(MimeMessage message) =>
        message.BodyParts.OfType<MimePart>().Where(part => part.ContentDisposition is not null).Select(part =>
        {
            using var bytes = new MemoryStream();
            part.Content?.DecodeTo(bytes);
            return (part.FileName ?? "", (string?)part.ContentId, Convert.ToHexString(bytes.ToArray()));
        });

    /// <summary>A message ends with a line end, whether or not its text did.</summary>
    private static void AssertText(string? sent, string? read) =>
        Assert.True(Lines(sent) == Lines(read) || Lines(sent) + '\n' == Lines(read), $"'{sent}' came out as '{read}'");

    private static string? Lines(string? text) =>
        text?.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
