using System.Text;
using MailFunctions.Http.Requests;
using MailFunctions.Intake;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Intake;

/// <summary>Mails that name a template, and the text that is made of html.</summary>
public sealed class TemplateRulesTests
{
    private static readonly TemplateSet Templates = new(
        new Dictionary<TemplateReference, LoadedTemplate>
        {
            [new("welcome", null)] = Loaded(3, new TemplateContent("Hello {{ name }}", null, "<p>Hello <b>{{ name }}</b></p>")),
            [new("welcome", 1)] = Loaded(1, new TemplateContent(null, "Old {{ name }}", null)),
            [new("subject-only", null)] = Loaded(1, new TemplateContent("s", null, null)),
            [new("gone", null)] = LoadedTemplate.Missing(new TemplateFault("/name", "is the name of no template")),
            [new("welcome", 9)] = LoadedTemplate.Missing(new TemplateFault("/version", "is no version of this template")),
        },
        TimeProvider.System,
        memory: null,
        CancellationToken.None);

    [Theory]
    [InlineData("""{"name":"welcome","variables":{"name":"A&B"}}""", "", "Hello A&B|Hello A&B|<p>Hello <b>A&amp;B</b></p>")]
    [InlineData("""{"id":"welcome","variables":{"name":"A"}}""", "\"subject\":\"Own\",", "Own|Hello A|<p>Hello <b>A</b></p>")]
    [InlineData("""{"name":"welcome","version":1,"variables":{"name":"A"}}""", "\"subject\":\"Own\",", "Own|Old A|")]
    public void A_template_makes_what_the_mail_does_not_say(string template, string more, string expected)
    {
        var (draft, errors) = Parse(template, more);

        Assert.Equal("", errors);
        Assert.Equal(expected, $"{draft!.Content.Subject}|{draft.Content.Text}|{draft.Content.Html}");
    }

    [Theory]
    [InlineData("""{"name":"welcome"}""", "", "/template its subject needs the variable name, which is not given; /template its html needs the variable name, which is not given")]
    [InlineData("""{"name":"welcome","version":1,"variables":{"name":"A"}}""", "", "/template has no subject, and the mail has none of its own")]
    [InlineData("""{"name":"gone"}""", "", "/template/name is the name of no template")]
    [InlineData("""{"name":"welcome","version":9}""", "", "/template/version is no version of this template")]
    [InlineData("""{"name":"welcome","version":"x"}""", "", "/template/version must be the number of a version, from 1")]
    [InlineData("""{"name":"a","id":"b"}""", "", "/template needs either a name or an id, which is the same")]
    [InlineData("""{"variables":{}}""", "", "/template needs either a name or an id, which is the same")]
    [InlineData("""{"name":"welcome","variables":[]}""", "", "/template/variables must be an object, not an array")]
    [InlineData("\"welcome\"", "", "/template must be an object, not a string")]
    [InlineData("""{"name":"subject-only"}""", "", "/template comes to no body: text or html is required, and one of them must not be empty")]
    [InlineData("""{"name":"welcome","variables":{"name":"A"}}""", "\"html\":\"x\",", "/html cannot stand beside a template, which makes the bodies")]
    public void A_template_error_is_reported_at_its_place(string template, string more, string expected) => Assert.Equal(expected, Parse(template, more).Errors);

    [Theory]
    [InlineData("\"html\":\"<p>a</p><p>b</p>\"", "a\n\nb")]
    [InlineData("\"html\":\"<p>a</p>\",\"text\":\"own\"", "own")]
    [InlineData("\"html\":\"<p>a</p>\",\"text\":\"\"", null)]
    [InlineData("\"html\":\"<img src='cid:x'>\"", null)]
    public async Task A_mail_with_html_alone_gets_a_text_that_is_made_of_it(string bodies, string? expected)
    {
        var draft = await EmailRequests.DraftAsync($$"""{"from":"a@example.com","to":"b@example.com","subject":"s",{{bodies}}}""");

        Assert.Equal(expected, draft.Content.Text);
    }

    [Theory]
    [InlineData("""{"template":{"name":"a"}}""", "a:")]
    [InlineData("""[{"template":{"name":"a"}},{"template":{"id":"b","version":2}},{"template":{"name":"a"}},{"template":7},{}]""", "a: b:2 a:")]
    [InlineData("""{"defaults":{"template":{"name":"c"}},"emails":[{"template":{"name":"d"}},{"template":null}]}""", "d: c:")]
    [InlineData("7", "")]
    public void The_templates_of_a_request_are_found_wherever_they_may_stand(string body, string expected)
    {
        var outline = RequestOutline.Parse(Encoding.UTF8.GetBytes(body), new ErrorList(), EmailLimits.JsonValues);

        Assert.Equal(expected, string.Join(' ', TemplateRules.References(outline.Value!).Select(reference => $"{reference.Name}:{reference.Version}")));
    }

    private static LoadedTemplate Loaded(int version, TemplateContent content) => new(version, new ParsedTemplate(content), null);

    private static (EmailDraft? Draft, string Errors) Parse(string template, string more)
    {
        var errors = new ErrorList();
        var body = RequestOutline.Parse(Encoding.UTF8.GetBytes($$"""{"from":"a@example.com","to":"b@example.com",{{more}}"template":{{template}}}"""), errors, EmailLimits.JsonValues);
        var draft = new EmailRequestParser(errors, EmailRequests.Now, new RequestLookups(Templates, FileSet.Empty), EmailRequests.NoSandbox).Parse(body.Value!);
        return (draft, string.Join("; ", errors.Listed.Select(error => $"{error.Pointer} {error.Message}")));
    }
}
