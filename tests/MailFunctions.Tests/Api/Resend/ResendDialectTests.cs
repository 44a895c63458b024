using System.Text;
using MailFunctions.Api.Resend;
using MailFunctions.Http;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Tests.Intake;

namespace MailFunctions.Tests.Api.Resend;

/// <summary>What Resend's clients send, as the intake reads it.</summary>
public sealed class ResendDialectTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Unknown_fields_are_ignored_at_every_depth()
    {
        var draft = Draft("""
            "region":"eu","replyTo":"x","unknown":{"a":[1,{"b":null}]},
            "tags":[{"name":"kind","value":"order","more":1}],
            "attachments":[{"filename":"a.txt","content":"SGk=","content_type":"text/plain","size":2,"path":"https://example.com/a"}]
            """);

        Assert.Equal("kind:order", Assert.Single(draft.Tags).ToString());
        Assert.Equal("Hi"u8.ToArray(), Assert.Single(draft.Content.Attachments).Bytes.ToArray());
        Assert.Empty(draft.Content.ReplyTo);
    }

    [Theory]
    [InlineData("\"SGk=\"", "4869")]
    [InlineData("[72,105]", "4869")]
    [InlineData("[]", "")]
    [InlineData("""{"type":"Buffer","data":[0,255]}""", "00FF")]
    [InlineData("""{"type":"Buffer","data":[]}""", "")]
    public void A_file_comes_as_base64_as_bytes_or_as_a_Buffer(string content, string bytes) =>
        Assert.Equal(bytes, Convert.ToHexString(Assert.Single(Draft($$"""
            "attachments":[{"filename":"a.bin","content":{{content}}}]
            """).Content.Attachments).Bytes.Span));

    [Fact]
    public void Numbers_that_are_no_file_stay_numbers()
    {
        var variables = Root("""
            "template":{"id":"chart","variables":{"data":[3,5,800],"content":[1],"attachments":[{"content":[2]},{"content":{"data":[4]}}]}}
            """).Member("template")!.Member("variables")!;

        Assert.Equal(["3", "5", "800"], Raw(variables.Member("data")!));
        Assert.Equal(["1"], Raw(variables.Member("content")!));
        Assert.Equal(["2"], Raw(variables.Member("attachments")!.Items[0].Member("content")!));
        Assert.Equal(["4"], Raw(variables.Member("attachments")!.Items[1].Member("content")!.Member("data")!));

        static IEnumerable<string> Raw(RequestValue list) => list.Items.Select(item => Encoding.UTF8.GetString(item.Raw.Span));
    }

    [Fact]
    public void A_megabyte_of_bytes_is_one_value()
    {
        var numbers = string.Join(',', Enumerable.Range(0, 1024 * 1024).Select(i => (byte)i));

        Assert.Equal(1024 * 1024, Draft($$"""
            "attachments":[{"content":[{{numbers}}]}]
            """).Content.Attachments[0].Bytes.Length);
    }

    [Theory]
    [InlineData("[1,256]")]
    [InlineData("[1,-1]")]
    [InlineData("[1,1.5]")]
    [InlineData("[1,\"2\",[3]]")]
    [InlineData("""{"0":1,"1":2}""")]
    [InlineData("{}")]
    [InlineData("\"Hi!\"")]
    public void An_attachment_without_valid_content_is_an_invalid_attachment(string content) =>
        Assert.Equal("invalid_attachment", Refused($$"""
            "attachments":[{"filename":"a.bin","content":{{content}}}]
            """).Name);

    [Theory]
    [InlineData("\"filename\":false,")]
    [InlineData("\"filename\":null,")]
    [InlineData("")]
    public void A_file_without_a_name_gets_one(string name) =>
        Assert.Equal("attachment", Draft($$"""
            "attachments":[{ {{name}} "content":"SGk="}]
            """).Content.Attachments[0].FileName);

    [Theory]
    [InlineData("\"topic_id\":\"t\"", "validation_error", "The `topic_id` field is not supported here: what a recipient can leave is a topic of the field unsubscribe.")]
    [InlineData("\"attachments\":[{\"path\":\"https://example.com/a\"}]", "invalid_attachment", "The `attachments[0].path` field is not supported here: nothing is fetched from elsewhere; send the file as content, in base64.")]
    [InlineData("\"attachments\":[{\"filename\":\"a\"}]", "invalid_attachment", "The `attachments[0].content` field is required: the file as base64.")]
    public void Fields_that_cannot_be_ignored_safely_are_refused(string field, string name, string message) =>
        Assert.Equal(new ResendError(422, message, name), Refused(field));

    [Theory]
    [InlineData("""{"filename":"a","content":"","inline_content_id":"logo"}""")]
    [InlineData("""{"filename":"a","content":"","content_id":"logo"}""")]
    [InlineData("""{"filename":"a","content":"","inline_content_id":"logo","content_id":"logo"}""")]
    [InlineData("""{"filename":"a","content":"","inline_content_id":"logo","content_id":null}""")]
    public void An_inline_file_is_one_under_either_name(string file) =>
        Assert.Equal("logo", Assert.Single(Draft($"\"attachments\":[{file}]").Content.Attachments).ContentId);

    [Fact]
    public void Two_names_for_a_file_that_differ_are_refused() =>
        Assert.Equal("invalid_attachment", Refused("""
            "attachments":[{"filename":"a","content":"","inline_content_id":"logo","content_id":"sign"}]
            """).Name);

    [Theory]
    [InlineData("Reply-To")]
    [InlineData("reply-to")]
    public void A_header_Reply_To_is_the_field_of_that_name(string header)
    {
        var content = Draft($$"""
            "reply_to":null,"headers":{"{{header}}":"Help <help@example.com>","X-A":"b"}
            """).Content;

        Assert.Equal("help@example.com", Assert.Single(content.ReplyTo).Mailbox);
        Assert.Equal("X-A", Assert.Single(content.Headers).Name);
    }

    [Fact]
    public void A_header_Reply_To_beside_the_field_is_refused() => Assert.Equal(
        "The `headers.Reply-To` field cannot stand beside reply_to, which says the same: give one of them.",
        Refused("""
            "reply_to":"a@example.com","headers":{"Reply-To":"b@example.com"}
            """).Message);

    [Fact]
    public void A_header_Message_ID_is_refused_by_name() =>
        Assert.StartsWith("The `headers.Message-ID` field is reserved", Refused("\"headers\":{\"Message-ID\":\"<a@example.com>\"}").Message, StringComparison.Ordinal);

    [Fact]
    public void Ignored_fields_are_listed_in_a_response_header()
    {
        var ignored = new IgnoredFields();
        Read(
            """
            "replyTo":"x","region":null,"a b":1,"tags":[{"name":"kind","value":"order","more":1}],"template":null,
            "attachments":[{"filename":"a.txt","content":"SGk=","size":2,"path":"https://example.com/a"}]
            """,
            Lane.Transactional,
            ignored);
        var response = new Microsoft.AspNetCore.Http.DefaultHttpContext().Response;
        ignored.WriteTo(response);

        Assert.Equal(
            ["/a%20b", "/attachments/0/path", "/attachments/0/size", "/replyTo", "/tags/0/more"],
            response.Headers["MailFunctions-Ignored-Fields"].ToString().Split(", ").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_name_of_an_ignored_field_cannot_break_the_header()
    {
        var ignored = new IgnoredFields();
        Read("\"a\\r\\nX-A: b\":1,\"\u00e4\":1," + string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"x{i}\":1")), Lane.Transactional, ignored);
        var response = new Microsoft.AspNetCore.Http.DefaultHttpContext().Response;
        ignored.WriteTo(response);

        var header = response.Headers["MailFunctions-Ignored-Fields"].ToString();
        Assert.All(header, c => Assert.InRange(c, ' ', '~'));
        Assert.EndsWith(", and 82 more", header, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_fields_count_as_absent() =>
        Assert.Equal(Lane.Bulk, Draft("\"template\":null,\"topic_id\":null,\"cc\":null,\"lane\":null,\"attachments\":null,\"scheduled_at\":null", Lane.Bulk).Lane);

    [Fact]
    public void Mail_that_names_a_lane_goes_there_and_other_mail_where_the_key_says()
    {
        Assert.Equal(Lane.Bulk, Draft("\"tags\":[]", Lane.Bulk).Lane);
        Assert.Equal(Lane.Transactional, Draft("\"lane\":\"transactional\"", Lane.Bulk).Lane);
    }

    [Theory]
    [InlineData("in 1 min", 1)]
    [InlineData("In 10 Minutes", 10)]
    [InlineData(" in an hour ", 60)]
    [InlineData("in 2h", 120)]
    [InlineData("in 3 days", 3 * 24 * 60)]
    [InlineData("in a week", 7 * 24 * 60)]
    [InlineData("in 120 seconds", 2)]
    [InlineData("2026-11-23T13:00:00Z", 60)]
    public void Times_come_in_ISO_8601_or_in_words_that_mean_the_same_everywhere(string text, int minutes) =>
        Assert.Equal(Now.AddMinutes(minutes), Draft($"\"scheduled_at\":\"{text}\"").ScheduledAt);

    [Theory]
    [InlineData("tomorrow at 9am")]
    [InlineData("in 1 fortnight")]
    [InlineData("in -1 hour")]
    [InlineData("")]
    [InlineData("in 9999999 days")]
    [InlineData("in 999999 days")]
    [InlineData("in 999999 weeks")]
    [InlineData("in \uFF13 hours")]
    [InlineData("in \u0663 days")]
    [InlineData("in 1\u0663 days")]
    [InlineData("in 1 \u017Fecond")]
    [InlineData("in 2 years")]
    [InlineData("2026-11-23 13:00")]
    public void An_unsupported_scheduled_at_is_refused_with_one_error(string text)
    {
        var error = Refused($"\"scheduled_at\":\"{text}\"");

        Assert.Equal((422, "validation_error"), (error.StatusCode, error.Name));
        Assert.StartsWith("The `scheduled_at` field ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("field", error.Message["The `scheduled_at` field ".Length..], StringComparison.Ordinal);
    }

    private static EmailDraft Draft(string more, Lane lane = Lane.Transactional)
    {
        var submission = Read(more, lane);
        Assert.True(submission.Succeeded, submission.Problem is { } problem ? ResendErrors.Of(problem).Message : "");
        return submission.Value.Drafts[0];
    }

    private static ResendError Refused(string more) => ResendErrors.Of(Assert.IsType<Problem>(Read(more, Lane.Transactional).Problem));

    private static RequestValue Root(string more, ErrorList? errors = null)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"from":"a@example.org","to":"b@example.com","subject":"s","text":"t",{{more}}}""");
        return RequestOutline.Parse(body, errors ?? new ErrorList(), EmailLimits.JsonValues, takesBytes: true).Value!;
    }

    private static OrProblem<Submission> Read(string more, Lane lane, IgnoredFields? ignored = null)
    {
        var errors = new ErrorList();
        var root = Root(more, errors);
        Assert.True(AllowedSenders.TryParse(["*"], out var anyone, out _));
        return new EmailRequest(anyone, EmailRequests.NoSandbox).Parse(new RequestDocument(ResendDialect.Email(root, lane, Now, errors, ignored), errors), Now, RequestLookups.None);
    }
}
