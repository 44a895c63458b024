using System.Text;
using System.Text.Json;
using MailFunctions.Api.Templates;
using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.Keys.Callers;
using MailFunctions.Storage;
using MailFunctions.Templates;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.IntegrationTests.Api.Templates;

/// <summary>The calls about templates, on real tables.</summary>
public sealed class TemplateCallsTests(AzuriteFixture azurite)
{
    private const string Welcome = """{"subject":"Hello {{ name }}","html":"<p>Hello <b>{{ name }}</b>, see <a href=\"https://example.com/\">us</a>.</p>"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_content_is_a_version_and_the_same_content_is_none()
    {
        await using var pipeline = await StartAsync();

        Assert.Equal((201, 1, true), await PutAsync(pipeline, "welcome", Welcome));
        Assert.Equal((200, 1, false), await PutAsync(pipeline, "welcome", Welcome));
        Assert.Equal((200, 2, true), await PutAsync(pipeline, "welcome", """{"text":"Hi {{ name }}"}"""));
        Assert.Equal((200, 3, true), await PutAsync(pipeline, "welcome", Welcome));

        var newest = await GetAsync(pipeline, "welcome");
        var second = await GetAsync(pipeline, "welcome", "?version=2");
        Assert.Equal(("3", "3", "\"3\""), (newest.Body.GetProperty("version").ToString(), newest.Body.GetProperty("latest").ToString(), newest.Tag));
        Assert.Equal("Hello {{ name }}", newest.Body.GetProperty("subject").GetString());
        Assert.Equal(("2", "Hi {{ name }}", ""), (second.Body.GetProperty("version").ToString(), second.Body.GetProperty("text").GetString(), second.Tag));
        Assert.Equal(JsonValueKind.Null, second.Body.GetProperty("html").ValueKind);
        Assert.Equal(404, (await GetAsync(pipeline, "welcome", "?version=4")).Status);
        Assert.Equal(422, (await GetAsync(pipeline, "welcome", "?version=none")).Status);
        Assert.Equal(404, (await GetAsync(pipeline, "nothing")).Status);
        Assert.Equal(404, (await GetAsync(pipeline, "No/Name")).Status);
    }

    [Fact]
    public async Task A_template_has_so_many_versions_and_no_more()
    {
        await using var pipeline = await StartAsync();
        await PutAsync(pipeline, "welcome", Welcome);
        // As if so many had been put: each is a row, which nobody here looks at.
        var table = pipeline.Storage.Table(StorageNames.TemplatesTable);
        await table.UpdateEntityAsync(
            new Azure.Data.Tables.TableEntity("t-welcome", "head") { ["version"] = TemplateLimits.Versions }, Azure.ETag.All, Azure.Data.Tables.TableUpdateMode.Merge, Cancellation);

        var (status, body, _) = await pipeline.AnswerAsync(
            context => pipeline.Get<TemplateCalls>().PutAsync("welcome", context.Request, Caller.Operator, Cancellation), Cancellation, Encoding.UTF8.GetBytes("""{"text":"Hi"}"""));

        Assert.Equal(422, status);
        Assert.Contains("10,000 versions", body.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((200, TemplateLimits.Versions, false), await PutAsync(pipeline, "welcome", Welcome));
        Assert.True(await pipeline.Get<TemplateStore>().DeleteAsync("welcome", _ => true, Cancellation));
        Assert.Equal((201, TemplateLimits.Versions + 1, true), await PutAsync(pipeline, "welcome", """{"text":"Hi"}"""));
    }

    [Fact]
    public async Task A_preview_is_what_a_mail_would_be()
    {
        await using var pipeline = await StartAsync();
        await PutAsync(pipeline, "welcome", Welcome);
        await PutAsync(pipeline, "welcome", """{"subject":"{{ name }}","text":"","html":"<i>{{ name }}</i>"}""");

        var (status, newest) = await RenderAsync(pipeline, "welcome", """{"variables":{"name":"Ada <ada>"}}""");
        var (_, first) = await RenderAsync(pipeline, "welcome", """{"version":1,"variables":{"name":"Ada <ada>"}}""");

        Assert.Equal(200, status);
        Assert.Equal("<i>Ada &lt;ada&gt;</i>", newest.GetProperty("html").GetString());
        Assert.Equal(JsonValueKind.Null, newest.GetProperty("text").ValueKind);
        Assert.Equal("Hello Ada <ada>", first.GetProperty("subject").GetString());
        Assert.Equal("Hello Ada <ada>, see us (https://example.com/).", first.GetProperty("text").GetString());
        Assert.Equal(1, first.GetProperty("version").GetInt32());
    }

    [Theory]
    [InlineData("{}", "/subject needs the variable name, /html needs the variable name")]
    [InlineData("""{"version":7}""", "/version is no version of this template")]
    [InlineData("""{"version":"1"}""", "/version must be the number")]
    [InlineData("""{"variables":["x"]}""", "/variables must be an object")]
    [InlineData("""{"variables":{"name":"\ud800"}}""", "/variables/name holds half of a surrogate pair")]
    [InlineData("""{"variabels":{}}""", "/variabels is no field that is known here; did you mean variables?")]
    public async Task A_preview_says_what_is_wrong(string body, string expected)
    {
        await using var pipeline = await StartAsync();
        await PutAsync(pipeline, "welcome", Welcome);

        var (status, problem) = await RenderAsync(pipeline, "welcome", body);

        Assert.Equal(422, status);
        var errors = problem.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("pointer").GetString()} {error.GetProperty("message").GetString()}").ToList();
        Assert.All(expected.Split(", /").Select((part, i) => i == 0 ? part : "/" + part), part => Assert.Contains(errors, error => error.StartsWith(part, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("welcome", """{"html":"<p>\n{% if x %}"}""", "/html")]
    [InlineData("welcome", """{"subject":"{{ x","text":"{{ y | shout }}"}""", "/subject /text")]
    [InlineData("welcome", """{"subject":""}""", "")]
    [InlineData("welcome", """{"body":"x"}""", "/body")]
    [InlineData("Wel come", """{"text":"x"}""", "name")]
    public async Task A_template_that_is_wrong_is_not_kept(string name, string body, string places)
    {
        await using var pipeline = await StartAsync();

        var (status, problem, _) = await CallAsync(pipeline, body, request => Calls(pipeline).PutAsync(name, request, Caller.Operator, Cancellation));

        Assert.Equal(422, status);
        Assert.Equal(places, string.Join(' ', problem.GetProperty("errors").EnumerateArray()
            .Select(error => (error.TryGetProperty("pointer", out var at) ? at : error.GetProperty("parameter")).GetString()!).Where(at => at.Length > 0).Distinct()));
        Assert.Equal(404, (await GetAsync(pipeline, "welcome")).Status);
    }

    [Fact]
    public async Task The_largest_template_is_kept_and_one_that_is_larger_is_not()
    {
        await using var pipeline = await StartAsync();
        var random = Convert.ToBase64String(new byte[1]) + string.Concat(Enumerable.Range(0, TemplateLimits.PartChars).Select(i => (char)('a' + (i * 7919 % 25 ^ i % 3))));
        var largest = JsonSerializer.Serialize(new { subject = "x", text = random[..TemplateLimits.PartChars], html = random[..TemplateLimits.PartChars] });

        Assert.Equal((201, 1, true), await PutAsync(pipeline, "large", largest));
        Assert.Equal(random[..TemplateLimits.PartChars], (await GetAsync(pipeline, "large")).Body.GetProperty("html").GetString());
        var (status, _, _) = await CallAsync(pipeline, JsonSerializer.Serialize(new { text = random + "x" }), request => Calls(pipeline).PutAsync("larger", request, Caller.Operator, Cancellation));
        Assert.Equal(422, status);
    }

    [Fact]
    public async Task A_content_of_many_properties_comes_back_as_it_was()
    {
        await using var pipeline = await StartAsync();
        var bytes = new byte[TemplateLimits.PartChars];
        new Random(1).NextBytes(bytes);
        var noise = string.Concat(bytes.Select(b => (char)(0x4E00 + b * 13)));

        await PutAsync(pipeline, "noise", JsonSerializer.Serialize(new { text = noise, html = new string([.. noise.Reverse()]) }));

        Assert.Equal(noise, (await GetAsync(pipeline, "noise")).Body.GetProperty("text").GetString());
        Assert.Equal(200, (await RenderAsync(pipeline, "noise", "{}")).Status);
    }

    [Fact]
    public async Task Only_the_version_that_the_caller_has_seen_is_replaced()
    {
        await using var pipeline = await StartAsync();
        async Task<int> PutIfAsync(string header, string value, string text) => (await CallAsync(pipeline, $$"""{"text":"{{text}}"}""", request =>
        {
            request.Headers[header] = value;
            return Calls(pipeline).PutAsync("guarded", request, Caller.Operator, Cancellation);
        })).Status;

        Assert.Equal(412, await PutIfAsync("If-Match", "\"1\"", "a"));
        Assert.Equal(201, await PutIfAsync("If-None-Match", "*", "a"));
        Assert.Equal(412, await PutIfAsync("If-None-Match", "*", "b"));
        Assert.Equal(200, await PutIfAsync("If-Match", "\"1\"", "b"));
        Assert.Equal(412, await PutIfAsync("If-Match", "\"1\"", "c"));
        Assert.Equal(200, await PutIfAsync("If-Match", "\"7\", \"2\"", "c"));
        Assert.Equal(200, await PutIfAsync("If-Match", "*", "d"));
        Assert.Equal(412, await PutIfAsync("If-Match", "nonsense", "e"));
        Assert.Equal("d", (await GetAsync(pipeline, "guarded")).Body.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Concurrent_replacements_of_the_same_version_let_exactly_one_succeed()
    {
        await using var pipeline = await StartAsync();
        await PutAsync(pipeline, "raced", """{"text":"first"}""");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CallAsync(pipeline, $$"""{"text":"by {{i}}"}""", request =>
        {
            request.Headers.IfMatch = "\"1\"";
            return Calls(pipeline).PutAsync("raced", request, Caller.Operator, Cancellation);
        })));

        var winner = Array.FindIndex(answers, answer => answer.Status == 200);
        Assert.Equal([200, .. Enumerable.Repeat(412, 7)], answers.Select(answer => answer.Status).Order());
        var (_, body, _) = await GetAsync(pipeline, "raced");
        Assert.Equal(($"by {winner}", 2), (body.GetProperty("text").GetString(), body.GetProperty("latest").GetInt32()));
    }

    [Fact]
    public async Task Concurrent_unconditional_writes_each_get_a_version_of_their_own()
    {
        await using var pipeline = await StartAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => PutAsync(pipeline, "busy", $$"""{"text":"by {{i}}"}""")));

        Assert.Equal([1, 2, 3, 4, 5, 6], answers.Select(answer => answer.Version).Order());
        for (var i = 0; i < answers.Length; i++)
            Assert.Equal($"by {i}", (await GetAsync(pipeline, "busy", $"?version={answers[i].Version}")).Body.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_deleted_template_is_gone_with_its_versions_and_its_numbers_are_not_used_again()
    {
        await using var pipeline = await StartAsync();
        await PutAsync(pipeline, "gone", """{"text":"a"}""");
        await PutAsync(pipeline, "gone", """{"text":"b"}""");
        Assert.Equal(200, (await RenderAsync(pipeline, "gone", """{"version":1}""")).Status);

        Assert.IsAssignableFrom<IStatusCodeHttpResult>(await Calls(pipeline).DeleteAsync("gone", new DefaultHttpContext().Request, Caller.Operator, Cancellation));

        Assert.Equal(404, (await GetAsync(pipeline, "gone")).Status);
        Assert.Equal(404, (await RenderAsync(pipeline, "gone", """{"version":1}""")).Status);
        Assert.Equal(404, (await CallAsync(pipeline, "", request => Calls(pipeline).DeleteAsync("gone", request, Caller.Operator, Cancellation))).Status);
        var rows = pipeline.Storage.Table(StorageNames.TemplatesTable).QueryAsync<Azure.Data.Tables.TableEntity>("PartitionKey eq 't-gone'", cancellationToken: Cancellation);
        Assert.Equal("head", Assert.Single(await rows.ToListAsync(Cancellation)).RowKey);

        Assert.Equal((201, 3, true), await PutAsync(pipeline, "gone", """{"text":"b"}"""));
        Assert.Equal(404, (await GetAsync(pipeline, "gone", "?version=2")).Status);
        Assert.Equal(422, (await RenderAsync(pipeline, "gone", """{"version":2}""")).Status);
    }

    [Fact]
    public async Task Templates_are_listed_page_by_page_without_the_deleted()
    {
        await using var pipeline = await StartAsync();
        Assert.Empty((await ListAsync(pipeline, "")).Names);
        foreach (var name in (string[])["a", "b", "c.d", "e", "names", "z-9"])
            await PutAsync(pipeline, name, """{"text":"x"}""");
        await Calls(pipeline).DeleteAsync("b", new DefaultHttpContext().Request, Caller.Operator, Cancellation);

        var (first, after) = await ListAsync(pipeline, "?limit=2");
        var (second, next) = await ListAsync(pipeline, $"?limit=2&after={after}");
        var (third, end) = await ListAsync(pipeline, $"?limit=2&after={next}");

        Assert.Equal(["a", "c.d", "e", "names", "z-9"], [.. first, .. second, .. third]);
        Assert.Equal((2, 2, 1), (first.Count, second.Count, third.Count));
        Assert.Null(end);
        Assert.Equal(422, (await CallAsync(pipeline, "", request =>
        {
            request.QueryString = new QueryString("?limit=0");
            return Calls(pipeline).ListAsync(request, Caller.Operator, Cancellation);
        })).Status);
    }

    [Fact]
    public async Task The_templates_of_one_request_are_each_read_once()
    {
        await using var pipeline = await StartAsync();
        await PutAsync(pipeline, "one", """{"subject":"{{ missing }}","text":"{{ n }}"}""");
        var references = Enumerable.Repeat(new TemplateReference("one", null), 1000).Append(new TemplateReference("one", 1)).Append(new TemplateReference("two", null)).ToList();

        var templates = await pipeline.Get<TemplateLoader>().LoadAsync(references, _ => true, memory: null, Cancellation);

        var rendered = templates.Render(references[0], Variables(5), withSubject: false);
        Assert.Equal(("5", 1, null), (rendered.Rendered?.Text, rendered.Version, rendered.Rendered?.Subject));
        Assert.Equal("/subject", Assert.Single(templates.Render(references[0], Variables(5), withSubject: true).Faults).Place);
        Assert.Equal("/name", Assert.Single(templates.Render(references[^1], Variables(5), withSubject: false).Faults).Place);
        Assert.NotNull(pipeline.Get<TemplateCache>().Find("one", 1));
    }

    [Fact]
    public async Task A_request_does_not_name_templates_without_end()
    {
        await using var pipeline = await StartAsync();
        var references = Enumerable.Range(0, 1000).Select(i => new TemplateReference($"t{i}", null)).ToList();

        var templates = await pipeline.Get<TemplateLoader>().LoadAsync(references, _ => true, memory: null, Cancellation);

        Assert.Contains("50 templates", Assert.Single(templates.Render(references[^1], TemplateVariables.None, withSubject: true).Faults).Message, StringComparison.Ordinal);
    }

    private static TemplateVariables Variables(decimal n) => TemplateVariables.Of(new Dictionary<string, object?> { ["n"] = n });

    /// <summary>No mail is sent here.</summary>
    private Task<TestApp> StartAsync() => TestApp.On(azurite).StartAsync();

    private static TemplateCalls Calls(TestApp pipeline) => pipeline.Get<TemplateCalls>();

    private static async Task<(int Status, JsonElement Body, string Tag)> CallAsync(TestApp pipeline, string body, Func<HttpRequest, Task<IResult>> call)
    {
        var (status, json, headers) = await pipeline.AnswerAsync(context => call(context.Request), Cancellation, Encoding.UTF8.GetBytes(body));
        return (status, json.RootElement, headers.ETag.ToString());
    }

    private static async Task<(int Status, int Version, bool Changed)> PutAsync(TestApp pipeline, string name, string body)
    {
        var (status, answer, tag) = await CallAsync(pipeline, body, request => Calls(pipeline).PutAsync(name, request, Caller.Operator, Cancellation));
        Assert.True(status is 200 or 201, answer.ToString());
        var version = answer.GetProperty("version").GetInt32();
        Assert.Equal($"\"{version}\"", tag);
        return (status, version, answer.GetProperty("changed").GetBoolean());
    }

    private static Task<(int Status, JsonElement Body, string Tag)> GetAsync(TestApp pipeline, string name, string query = "") => CallAsync(pipeline, "", request =>
    {
        request.QueryString = new QueryString(query);
        return Calls(pipeline).ReadAsync(name, request, Caller.Operator, Cancellation);
    });

    private static async Task<(int Status, JsonElement Body)> RenderAsync(TestApp pipeline, string name, string body)
    {
        var (status, answer, _) = await CallAsync(pipeline, body, request => Calls(pipeline).RenderAsync(name, request, Caller.Operator, Cancellation));
        return (status, answer);
    }

    private static async Task<(IReadOnlyList<string?> Names, string? After)> ListAsync(TestApp pipeline, string query)
    {
        var (status, body, _) = await CallAsync(pipeline, "", request =>
        {
            request.QueryString = new QueryString(query);
            return Calls(pipeline).ListAsync(request, Caller.Operator, Cancellation);
        });
        Assert.Equal(200, status);
        return ([.. body.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("name").GetString())], body.GetProperty("after").GetString());
    }
}
