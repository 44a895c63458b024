using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Templates;
using MailFunctions.Unsubscription;
using Microsoft.Extensions.Options;

namespace MailFunctions.Tests.Intake;

/// <summary>The field <c>unsubscribe</c>, and what it asks of the others.</summary>
public sealed class UnsubscribeRulesTests
{
    private const string Bulk = "\"lane\":\"bulk\",";

    private static readonly UnsubscribeLinks Possible = new(null!, Options.Create(new PublicUrlOptions { PublicUrl = "https://mail.example.com" }), Options.Create(new UnsubscribeOptions()));
    private static readonly UnsubscribeLinks Impossible = new(null!, Options.Create(new PublicUrlOptions()), Options.Create(new UnsubscribeOptions()));

    private static readonly TemplateSet Templates = new(
        new Dictionary<TemplateReference, LoadedTemplate>
        {
            [new("news", null)] = Loaded(new TemplateContent("News", "Leave: {{ unsubscribe_url }}", "<a href=\"{{ unsubscribe_url }}\">leave</a>")),
            [new("derived", null)] = Loaded(new TemplateContent("News", null, "<a href=\"{{ unsubscribe_url }}\">leave</a>")),
            [new("filtered", null)] = Loaded(new TemplateContent("News", "{{ unsubscribe_url | url_encode }}", null)),
            [new("subject", null)] = Loaded(new TemplateContent("Leave {{ unsubscribe_url }}", "text", null)),
        },
        TimeProvider.System,
        memory: null,
        CancellationToken.None);

    [Theory]
    [InlineData("true", Bulk, true, null)]
    [InlineData("""{"topic":"newsletter"}""", Bulk, true, "newsletter")]
    [InlineData("""{"topic":"shop_2-a"}""", "", true, "shop_2-a")]
    [InlineData("false", "", false, null)]
    [InlineData("null", "", false, null)]
    public void A_wish_is_true_or_a_topic(string field, string more, bool isWished, string? topic)
    {
        var (draft, errors) = Parse($"{more}\"text\":\"Hello\",\"unsubscribe\":{field}");

        Assert.Equal("", errors);
        Assert.Equal((isWished, topic), (draft!.Unsubscribe is not null, draft.Unsubscribe?.Topic));
    }

    [Theory]
    [InlineData("\"yes\"", Bulk, "/unsubscribe must be true, false, or an object with a topic, not a string")]
    [InlineData("{}", Bulk, "/unsubscribe/topic is required")]
    [InlineData("""{"topic":7}""", Bulk, "/unsubscribe/topic must be a string, not a number")]
    [InlineData("""{"topic":"News Letter"}""", Bulk, "/unsubscribe/topic is no name of a topic: 1 to 64 lower-case letters of ASCII, digits, underscores and dashes are allowed")]
    [InlineData("""{"topic":"a","more":1}""", Bulk, "/unsubscribe/more is no field that is known here; known are topic")]
    [InlineData("true", "", "/unsubscribe asks for an unsubscribe link without a topic on transactional mail, where only a topic can be left: name one, or send it in the lane bulk")]
    [InlineData("true", Bulk + "\"cc\":\"c@example.com\",", "/unsubscribe asks for an unsubscribe link, which names one recipient, and there are 2 in to, cc and bcc: send each a mail of their own, in a batch for instance")]
    [InlineData("true", Bulk + "\"headers\":{\"list-unsubscribe\":\"<https://a.example>\",\"List-Unsubscribe-Post\":\"x\"},", "/headers/list-unsubscribe cannot stand beside unsubscribe, which writes it; /headers/List-Unsubscribe-Post cannot stand beside unsubscribe, which writes it")]
    public void A_wrong_wish_is_reported_at_its_place(string field, string more, string expected) =>
        Assert.Equal(expected, Parse($"{more}\"text\":\"Hello\",\"unsubscribe\":{field}").Errors);

    [Fact]
    public void A_wish_without_a_public_address_names_the_setting() => Assert.Equal(
        "/unsubscribe asks for an unsubscribe link, and the app does not know the address for it: the setting MailFunctions:PublicUrl is missing",
        Parse($"{Bulk}\"text\":\"Hello\",\"unsubscribe\":true", Impossible).Errors);

    [Theory]
    [InlineData("\"text\":\"https://unsubscribe.invalid/\"", "/text holds https://unsubscribe.invalid/, which stands for the unsubscribe link, and the mail does not ask for one: it needs the field unsubscribe")]
    [InlineData("\"text\":\"Hi\",\"html\":\"<a href='https://unsubscribe.invalid/?a=b'>x</a>\",\"unsubscribe\":true", "/html holds https://unsubscribe.invalid/ changed, or as a part of another address: it has to stand alone, as the whole address of a link")]
    [InlineData("\"template\":{\"name\":\"news\"}", "/template its text needs the variable unsubscribe_url, which is not given; /template its html needs the variable unsubscribe_url, which is not given")]
    [InlineData("\"template\":{\"name\":\"news\",\"variables\":{\"unsubscribe_url\":\"a\"}},\"unsubscribe\":true", "/template/variables/unsubscribe_url cannot stand beside unsubscribe, which makes this variable")]
    [InlineData("\"template\":{\"name\":\"filtered\"},\"unsubscribe\":true", "/template holds https://unsubscribe.invalid/ changed, or as a part of another address: it has to stand alone, as the whole address of a link")]
    [InlineData("\"template\":{\"name\":\"subject\"},\"unsubscribe\":true", "/template its subject holds the unsubscribe link, which only bodies can")]
    public void A_placeholder_that_nothing_could_fill_is_reported(string fields, string expected) => Assert.Equal(expected, Parse(Bulk + fields).Errors);

    [Theory]
    [InlineData("news", "Leave: https://unsubscribe.invalid/", "<a href=\"https://unsubscribe.invalid/\">leave</a>")]
    [InlineData("derived", "leave (https://unsubscribe.invalid/)", "<a href=\"https://unsubscribe.invalid/\">leave</a>")]
    public void A_template_gets_the_placeholder_as_its_variable(string name, string text, string html)
    {
        var (draft, errors) = Parse($"{Bulk}\"template\":{{\"name\":\"{name}\"}},\"unsubscribe\":true");

        Assert.Equal("", errors);
        Assert.Equal((text, html), (draft!.Content.Text, draft.Content.Html));
        Assert.True(UnsubscribeLink.CanFill(draft.Content.Text!));
    }

    [Fact]
    public void A_template_keeps_a_variable_of_that_name_in_mail_without_the_wish()
    {
        var (draft, errors) = Parse("\"template\":{\"name\":\"news\",\"variables\":{\"unsubscribe_url\":\"https://shop.example/leave?a=1&b=2\"}}");

        Assert.Equal("", errors);
        Assert.Equal("Leave: https://shop.example/leave?a=1&b=2", draft!.Content.Text);
        Assert.Equal("<a href=\"https://shop.example/leave?a=1&amp;b=2\">leave</a>", draft.Content.Html);
    }

    [Fact]
    public async Task Defaults_of_a_batch_may_have_it_and_one_email_may_decline()
    {
        const string json = """
            {"defaults":{"from":"a@example.com","subject":"s","lane":"bulk","html":"<a href='https://unsubscribe.invalid/'>x</a>","unsubscribe":{"topic":"news"}},
             "emails":[{"to":"b@example.com"},{"to":["c@example.com","d@example.com"]},{"to":"e@example.com","html":"x","unsubscribe":false}]}
            """;
        Assert.True(AllowedSenders.TryParse(["*"], out var anyone, out _));
        var body = Encoding.UTF8.GetBytes(json);
        var document = await RequestDocument.ReadAsync(new MemoryStream(body), "application/json", body.Length, EmailLimits.BatchJsonValues, TestContext.Current.CancellationToken);

        var read = new BatchRequest(anyone, EmailRequests.NoSandbox, links: Possible).Parse(document.Value!, new BatchTerms(Permissive: true), EmailRequests.Now, RequestLookups.None);

        Assert.Equal(["news", null], read.Value!.Drafts.Select(draft => draft.Unsubscribe?.Topic));
        var error = Assert.Single(read.Value.Faults.Listed);
        Assert.Equal((1, "/emails/1"), (error.Index, error.Pointer));
    }

    private static (EmailDraft? Draft, string Errors) Parse(string fields, UnsubscribeLinks? links = null)
    {
        var errors = new ErrorList();
        var subject = fields.Contains("template", StringComparison.Ordinal) ? "" : "\"subject\":\"s\",";
        var body = RequestOutline.Parse(Encoding.UTF8.GetBytes($$"""{"from":"a@example.com","to":"b@example.com",{{subject}}{{fields}}}"""), errors, EmailLimits.JsonValues);
        var draft = new EmailRequestParser(errors, EmailRequests.Now, new RequestLookups(Templates, FileSet.Empty), EmailRequests.NoSandbox, links: links ?? Possible).Parse(body.Value!);
        return (draft, string.Join("; ", errors.Listed.Select(error => $"{error.Pointer} {error.Message}")));
    }

    private static LoadedTemplate Loaded(TemplateContent content) => new(1, new ParsedTemplate(content), null);
}
