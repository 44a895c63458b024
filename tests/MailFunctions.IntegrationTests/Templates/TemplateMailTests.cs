using System.Text;
using MailFunctions.Api.Emails;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Mail;
using MailFunctions.Templates;
using MailFunctions.TestPeers.Smtp;
using MimeKit;

namespace MailFunctions.IntegrationTests.Templates;

/// <summary>From a template to the relay.</summary>
public sealed class TemplateMailTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accepted_mail_is_sent_as_rendered_even_after_its_template_is_deleted()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        var store = pipeline.Get<TemplateStore>();
        await store.SaveAsync("welcome", new TemplateContent("Hello {{ name }}", null, "<p>Hello <b>{{ name }}</b></p>"), _ => true, Cancellation);

        var id = await pipeline.SubmitAsync("""{"from":"shop@example.org","to":["ada@example.com"],"template":{"name":"welcome","variables":{"name":"Ada & Co"}}}""", Cancellation);
        await store.DeleteAsync("welcome", _ => true, Cancellation);
        await pipeline.DeliverUntilAsync(id, Cancellation, EmailState.Sent);

        var message = await MimeMessage.LoadAsync(new MemoryStream(Assert.Single(relay.Mails).Content.ToArray()), Cancellation);
        Assert.Equal("Hello Ada & Co", message.Subject);
        Assert.Equal("Hello Ada & Co", message.TextBody?.Trim());
        Assert.Equal("<p>Hello <b>Ada &amp; Co</b></p>", message.HtmlBody?.Trim());
    }

    [Fact]
    public async Task A_batch_has_one_template_for_all_and_says_whose_variables_are_missing()
    {
        await using var relay = new ScriptedSmtpServer();
        await using var pipeline = await TestApp.On(azurite).WithRelay(relay).StartAsync();
        await pipeline.Get<TemplateStore>().SaveAsync("news", new TemplateContent("News", "Hi {{ name }}", null), _ => true, Cancellation);
        static string Email(string to, string variables) => $$$"""{"to":"{{{to}}}@example.com","template":{"name":"news","variables":{{{variables}}}}}""";

        var (refused, problem, _) = await PostAsync(pipeline, $$"""{"defaults":{"from":"shop@example.org"},"emails":[{{Email("a", """{"name":"A"}""")}},{{Email("b", "{}")}}]}""");
        var (accepted, answer, _) = await PostAsync(pipeline, $$"""{"defaults":{"from":"shop@example.org"},"emails":[{{Email("a", """{"name":"A"}""")}},{{Email("b", """{"name":"B"}""")}}]}""");

        var error = Assert.Single(problem.RootElement.GetProperty("errors").EnumerateArray());
        Assert.Equal((422, 1), (refused, error.GetProperty("index").GetInt32()));
        Assert.Contains("needs the variable name", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.True(accepted == 202, answer.RootElement.ToString());
    }

    private static Task<(int Status, System.Text.Json.JsonDocument Body, Microsoft.AspNetCore.Http.IHeaderDictionary Headers)> PostAsync(TestApp pipeline, string json) =>
        pipeline.AnswerAsync(context => pipeline.Get<EmailIntake>().SubmitBatchAsync(context.Request, Caller.Operator, Cancellation), Cancellation, Encoding.UTF8.GetBytes(json));
}
