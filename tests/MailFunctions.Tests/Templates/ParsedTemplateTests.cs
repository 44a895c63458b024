using CsCheck;
using MailFunctions.Templates;

namespace MailFunctions.Tests.Templates;

public sealed class ParsedTemplateTests
{
    [Theory]
    [InlineData(null, "<p>Hello</p>", "Hello")]
    [InlineData("", "<p>Hello</p>", null)]
    [InlineData("own", "<p>Hello</p>", "own")]
    [InlineData("{{ '' }}", "<p>Hello</p>", null)]
    [InlineData(null, "<img src='x'>", null)]
    [InlineData(null, null, null)]
    public void A_text_is_made_of_the_html_unless_the_template_has_one(string? text, string? html, string? expected)
    {
        var (rendered, faults) = new ParsedTemplate(new TemplateContent("s", text, html)).Render(TemplateVariables.None, withSubject: true, TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Empty(faults);
        Assert.Equal(expected, rendered!.Text);
    }

    [Fact]
    public void Template_errors_of_all_parts_are_reported_together()
    {
        var parsed = new ParsedTemplate(new TemplateContent("{{ a", "{% b %}", "{{ c | d }}"));

        Assert.Equal(["/subject", "/text", "/html"], parsed.Faults.Select(fault => fault.Place));
    }

    [Fact]
    public void A_missing_subject_variable_is_ignored_when_the_mail_has_its_own_subject()
    {
        var parsed = new ParsedTemplate(new TemplateContent("{{ a }}", "x", null));

        Assert.NotNull(parsed.Render(TemplateVariables.None, withSubject: false, TimeProvider.System, TestContext.Current.CancellationToken).Rendered);
        Assert.Null(parsed.Render(TemplateVariables.None, withSubject: true, TimeProvider.System, TestContext.Current.CancellationToken).Rendered);
    }

    [Fact]
    public void A_content_comes_back_from_its_stored_form()
    {
        var part = Gen.String.Null();
        Gen.Select(part, part, part).Sample((subject, text, html) =>
        {
            var content = new TemplateContent(Clean(subject), Clean(text), Clean(html));
            var back = TemplateContent.Decompress(content.Compress());
            Assert.Equal(content, back);
            Assert.Equal(content.Hash, back.Hash);
        });

        // As the intake does: no half of a surrogate pair gets here.
        static string? Clean(string? text) => text is null ? null : System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("order-confirmation_2.en", true)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    [InlineData("", false)]
    [InlineData("..", false)]
    [InlineData("A", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    public void A_name_is_one_that_an_address_and_a_key_can_hold(string name, bool valid) => Assert.Equal(valid, TemplateName.IsValid(name));
}
