using System.Text;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Smtp.Composition;
using MailFunctions.TestPeers;

namespace MailFunctions.Tests.Intake;

/// <summary>What programs write in more than one way, and mean one thing by.</summary>
public sealed class LenientRequestTests
{
    [Theory]
    [InlineData("AAEC+/8=", "000102FBFF")]
    [InlineData("AAEC+/8", "000102FBFF")]
    [InlineData("AAEC-_8", "000102FBFF")]
    [InlineData("AAEC-_8=", "000102FBFF")]
    [InlineData("AAEC\\r\\n+/8=\\r\\n", "000102FBFF")]
    [InlineData(" AAEC\\t+ / 8 = ", "000102FBFF")]
    [InlineData("AAEC\\n-_8\\n", "000102FBFF")]
    [InlineData("AAECA\\nA==", "00010200")]
    [InlineData("AAECAA=\\n=", "00010200")]
    [InlineData("AA", "00")]
    [InlineData("", "")]
    [InlineData(" \\n ", "")]
    public async Task Base64_comes_in_lines_without_padding_and_in_the_alphabet_of_URLs(string json, string bytes)
    {
        var draft = await EmailRequests.DraftAsync(HostileRequest.With("attachments", $$"""[{"filename":"a.bin","content":"{{json}}"}]"""));

        Assert.Equal(bytes, Convert.ToHexString(Assert.Single(draft.Content.Attachments).Bytes.Span));
    }

    [Theory]
    [InlineData("A")]
    [InlineData("AAAAA")]
    [InlineData("AA=")]
    [InlineData("AA==AA==")]
    [InlineData("AA===")]
    [InlineData("=AAA")]
    [InlineData("A+A_")]
    [InlineData("AA!A")]
    [InlineData("AA\\u00a0A")]
    [InlineData("data:;base64,AAAA")]
    public void Content_that_is_not_base64_in_any_form_is_refused(string text)
    {
        var octets = Encoding.UTF8.GetBytes(System.Text.RegularExpressions.Regex.Unescape(text));

        Assert.Null(Base64Content.Decode(octets, Base64Content.SizeOf(octets)));
    }

    [Fact]
    public void The_size_of_base64_content_is_known_before_decoding()
    {
        for (var length = 0; length < 200; length++)
        {
            var bytes = new byte[length];
            var padded = Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks);

            foreach (var text in (string[])[padded, padded + "\r\n", padded.TrimEnd('='), padded.Replace("\r\n", "", StringComparison.Ordinal)])
            {
                var size = Base64Content.SizeOf(Encoding.ASCII.GetBytes(text));
                Assert.Equal(length, size);
                Assert.Equal(length, Base64Content.Decode(Encoding.ASCII.GetBytes(text), size)?.Length);
            }
        }
    }

    /// <summary>RFC 8259 section 11: the type has no parameters, and one that is there has no effect.</summary>
    [Theory]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=UTF-8")]
    [InlineData("application/json;charset='utf-8'")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("application/json; charset=us-ascii; profile=\"https://example.com/a\"")]
    [InlineData("application/json;")]
    [InlineData("application/json ; charset=")]
    public async Task A_charset_of_JSON_says_nothing(string type) =>
        Assert.True((await EmailRequests.ReadAsync(Encoding.UTF8.GetBytes(HostileRequest.With("subject", "\"Grüße\"")), type)).Succeeded);

    [Fact]
    public async Task A_body_that_is_not_UTF8_is_refused_whatever_charset_it_declares()
    {
        var read = await EmailRequests.ReadAsync(Encoding.Latin1.GetBytes(HostileRequest.With("subject", "\"Grüße\"")), "application/json; charset=iso-8859-1");

        Assert.Equal((400, "invalid_json"), (read.Problem?.Status, read.Problem?.Name));
        Assert.Contains("no valid UTF-8", read.Problem!.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("John Doe, Jr <john@example.com>", "John Doe, Jr")]
    [InlineData("Doe, John <john@example.com>", "Doe, John")]
    [InlineData("john@example.com <john@example.com>", "john@example.com")]
    [InlineData("john@example.com via Shop <john@example.com>", "john@example.com via Shop")]
    [InlineData("[Shop] John <john@example.com>", "[Shop] John")]
    [InlineData("Gr\u00fc\u00dfe, Zo\u00eb <john@example.com>", "Gr\u00fc\u00dfe, Zo\u00eb")]
    [InlineData("John Q. Public <john@example.com>", "John Q. Public")]
    public async Task A_name_that_can_be_nothing_else_needs_no_quotes(string text, string name)
    {
        var draft = await EmailRequests.DraftAsync(HostileRequest.With("to", System.Text.Json.JsonSerializer.Serialize(text)));

        Assert.Equal(new EmailAddress(name, "john", "example.com"), Assert.Single(draft.Content.To));
    }

    [Theory]
    [InlineData("a@example.com, John <john@example.com>")]
    [InlineData("Ann <a@example.com>, John <john@example.com>")]
    [InlineData("friends: John <john@example.com>")]
    [InlineData("a@example.com; John <john@example.com>")]
    [InlineData("a@example.com, b@example.com")]
    [InlineData("John \\\\ Doe, Jr <john@example.com>")]
    public async Task A_text_that_may_name_several_recipients_is_refused(string text)
    {
        var read = await EmailRequests.ReadAsync(HostileRequest.With("to", System.Text.Json.JsonSerializer.Serialize(text)));

        Assert.Contains("one to a string", Assert.Single(read.Problem!.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"bcc\":\"hidden@example.com\"", "To: undisclosed-recipients:;")]
    [InlineData("\"bcc\":[\"hidden@example.com\"],\"to\":[]", "To: undisclosed-recipients:;")]
    [InlineData("\"cc\":[\"c@example.com\"]", "Cc: c@example.com")]
    public async Task A_mail_needs_no_to(string recipients, string header)
    {
        var draft = await EmailRequests.DraftAsync($$"""{"from":"a@example.com","subject":"s","text":"t",{{recipients}}}""");
        using var message = MessageComposer.Compose(EmailId.Mint(EmailRequests.Now)[0], draft.Content, EmailRequests.Now);
        using var written = new MemoryStream();
        await message.WriteToAsync(written, TestContext.Current.CancellationToken);
        var text = Encoding.ASCII.GetString(written.ToArray()).ReplaceLineEndings("\n").Replace(": ;", ":;", StringComparison.Ordinal);

        Assert.Contains($"\n{header}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden@example.com", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "/to", "is required")]
    [InlineData(",\"to\":null,\"bcc\":[]", "/to", "is required")]
    [InlineData(",\"to\":[],\"bcc\":[],\"cc\":[]", "/to", "is empty: at least one recipient is needed")]
    public async Task A_mail_requires_at_least_one_recipient(string recipients, string place, string message)
    {
        var error = Assert.Single((await EmailRequests.ReadAsync($$"""{"from":"a@example.com","subject":"s","text":"t"{{recipients}}}""")).Problem!.Errors);

        Assert.Equal((place, message), (error.Pointer, error.Message));
    }

    [Theory]
    [InlineData("<a@example.com>", "<a@example.com>")]
    [InlineData("<a@example.com>\\r\\n <b@example.com>\\r\\n\\t<c@example.com>\\r\\n", "<a@example.com> <b@example.com> <c@example.com>")]
    [InlineData("<a@example.com><b@example.com>", "<a@example.com> <b@example.com>")]
    [InlineData("\\t<a@example.com>\\n  <b@example.com>", "<a@example.com> <b@example.com>")]
    [InlineData("<0123456789abcdef>", "<0123456789abcdef>")]
    [InlineData("<\\\"a b\\\"@example.com>", null)]
    [InlineData("<a@[192.0.2.1]>", "<a@[192.0.2.1]>")]
    [InlineData("a@example.com", null)]
    [InlineData("<a@example.com> and <b@example.com>", null)]
    [InlineData("<a@example.com>\\r\\nBcc: <b@example.com>", null)]
    [InlineData("<a@exam\\r\\n ple.com>", null)]
    [InlineData("<>", null)]
    [InlineData("<<a@example.com>>", null)]
    [InlineData("<a@example.com", null)]
    [InlineData("<\u00e4@example.com>", null)]
    public async Task A_thread_is_taken_as_it_was_copied_from_a_mail(string json, string? written)
    {
        foreach (var name in (string[])["References", "in-reply-to"])
        {
            var read = await EmailRequests.ReadAsync(HostileRequest.With("headers", $$"""{"{{name}}":"{{json}}"}"""));

            Assert.Equal(written, read.Value is null ? null : Assert.Single(read.Value.Content.Headers).Value);
            if (read.Problem is { } problem)
                Assert.Contains("message ids", Assert.Single(problem.Errors).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("{\"a\":1,}", "comma")]
    [InlineData("[1,]", "comma")]
    [InlineData("// no\n{}", "invalid")]
    [InlineData("{} {}", "invalid")]
    [InlineData("[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "depth")]
    [InlineData("{\"a\"", "")]
    [InlineData("nul", "")]
    public async Task Broken_JSON_is_reported_in_words_without_internals_of_the_parser(string body, string says)
    {
        var detail = (await EmailRequests.ReadAsync(body)).Problem!.Detail!;

        Assert.StartsWith("Line ", detail, StringComparison.Ordinal);
        Assert.Contains(says, detail, StringComparison.Ordinal);
        Assert.All(["reader options", "mode", "LineNumber", "BytePosition", "Path:", "$"], words => Assert.DoesNotContain(words, detail, StringComparison.Ordinal));
    }
}
