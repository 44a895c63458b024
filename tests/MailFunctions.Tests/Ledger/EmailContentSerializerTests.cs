using System.Text;
using System.Text.Json;
using CsCheck;
using MailFunctions.Ledger;
using MailFunctions.Mail;
using MailFunctions.Tests.Smtp.Composition;

namespace MailFunctions.Tests.Ledger;

public sealed class EmailContentSerializerTests
{
    [Fact]
    public void An_unsubscribe_link_is_kept_under_a_version_that_older_apps_refuse()
    {
        var content = Minimal() with { Unsubscribe = new UnsubscribeLink("https://mail.example.com/api/u/AQAB", "mailto:leave@example.com?subject=unsubscribe%20AQAB") };

        var stored = EmailContentSerializer.Serialize(content);

        Assert.StartsWith("""{"v":5,""", Encoding.UTF8.GetString(stored.Span), StringComparison.Ordinal);
        Assert.Equal(content.Unsubscribe, EmailContentSerializer.Deserialize(stored.Span).Unsubscribe);
    }

    [Fact]
    public void A_content_survives_its_stored_form() => Contents.Any.Sample(
        content =>
        {
            var stored = EmailContentSerializer.Serialize(content);
            var read = EmailContentSerializer.Deserialize(stored.Span);

            Assert.Equivalent(Comparable(content), Comparable(read), strict: true);
            Assert.True(stored.Span.SequenceEqual(EmailContentSerializer.Serialize(read).Span));
        },
        iter: 500);

    [Fact]
    public void A_long_text_survives_where_a_character_lies_across_two_pieces()
    {
        var content = Minimal() with { Text = "x" + string.Concat(Enumerable.Repeat("😀\"", 40_000)), Html = "" };

        var read = EmailContentSerializer.Deserialize(EmailContentSerializer.Serialize(content).Span);

        Assert.Equal(content.Text, read.Text);
        Assert.Equal("", read.Html);
    }

    [Fact]
    public void The_version_comes_first() =>
        Assert.StartsWith("""{"v":1,""", Encoding.UTF8.GetString(EmailContentSerializer.Serialize(Minimal()).Span), StringComparison.Ordinal);

    [Fact]
    public void A_content_that_refers_to_a_file_has_a_version_that_an_older_reader_refuses()
    {
        var file = new FileReference("files", "reports/june.pdf", "\"0x8DC\"", new string('a', 64), 25_000_000);
        var content = Minimal() with { Attachments = [new Attachment { FileName = "a.pdf", ContentType = "application/pdf", Bytes = default, Reference = file }] };

        var stored = EmailContentSerializer.Serialize(content);

        Assert.StartsWith("""{"v":3,""", Encoding.UTF8.GetString(stored.Span), StringComparison.Ordinal);
        Assert.Equal(file, EmailContentSerializer.Deserialize(stored.Span).Attachments[0].Reference);
    }

    [Fact]
    public void Content_written_by_the_first_version_is_readable()
    {
        var content = EmailContentSerializer.Deserialize("""
            {"v":1,"from":{"name":"Ann","local":"ann","domain":"example.com"},"to":[{"local":"bob","domain":"example.org"}],
            "subject":"Hi","text":"a","headers":[{"name":"X-A","value":"b"}],
            "attachments":[{"name":"a.txt","type":"text/plain","content_id":"c","bytes":"AAE="}]}
            """u8);

        Assert.Equal(new EmailAddress("Ann", "ann", "example.com"), content.From);
        Assert.Equal([new EmailAddress("", "bob", "example.org")], content.To);
        Assert.Equal(("Hi", "a", null), (content.Subject, content.Text, content.Html));
        Assert.Equal([new HeaderField("X-A", "b")], content.Headers);
        Assert.Equal(("a.txt", "text/plain", "c"), (content.Attachments[0].FileName, content.Attachments[0].ContentType, content.Attachments[0].ContentId));
        Assert.Equal([0, 1], content.Attachments[0].Bytes.ToArray());
    }

    [Fact]
    public void Alternative_bodies_are_stored_in_a_content_version_of_their_own()
    {
        var content = Minimal() with { Attachments = [new Attachment { FileName = "invite.ics", ContentType = "text/calendar; method=REQUEST", IsAlternative = true, Bytes = new byte[] { 1 } }] };

        var stored = EmailContentSerializer.Serialize(content);

        Assert.StartsWith("""{"v":4,""", Encoding.UTF8.GetString(stored.Span), StringComparison.Ordinal);
        Assert.Equal(Comparable(content), Comparable(EmailContentSerializer.Deserialize(stored.Span)));
    }

    [Fact]
    public void A_field_of_a_newer_deployment_is_passed_over()
    {
        var content = EmailContentSerializer.Deserialize("""{"v":1,"new":{"a":[1]},"from":{"local":"a","domain":"b.c","new":1},"subject":"x"}"""u8);

        Assert.Equal("x", content.Subject);
        Assert.Empty(content.To);
    }

    [Theory]
    [InlineData("""{"v":6,"from":7}""", "version 6")]
    [InlineData("""{"from":{"local":"a","domain":"b.c"},"v":1}""", "does not begin with a version")]
    [InlineData("""{"v":1}""", "no sender")]
    [InlineData("""{"v":1,"from":7}""", "no JSON of that kind")]
    [InlineData("""{"v":1,""", "no JSON of that kind")]
    [InlineData("", "no JSON of that kind")]
    [InlineData("[]", "does not begin with a version")]
    public void Content_that_is_malformed_or_of_another_version_is_refused(string stored, string says) =>
        Assert.Contains(says, Assert.Throws<InvalidDataException>(() => EmailContentSerializer.Deserialize(Encoding.UTF8.GetBytes(stored))).Message, StringComparison.Ordinal);

    private static EmailContent Minimal() => new() { From = new EmailAddress("", "a", "example.com"), Subject = "x" };

    private static string Comparable(EmailContent content) => JsonSerializer.Serialize(content);
}
