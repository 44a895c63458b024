using System.Net;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.LocalHost.Hosting;

public sealed class HttpFunctionsTests
{
    private const string Key = "kept-between-us";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_function_answers_under_the_route_prefix_with_the_values_of_its_route()
    {
        await using var host = await StartAsync();

        using var answer = await host.Client.GetAsync("/api/things/a%20b", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("read a b", await answer.Content.ReadAsStringAsync(Cancel));
    }

    /// <summary>What reads a value of a route has to know: all but the slash is decoded for it.</summary>
    [Theory]
    [InlineData("ada%2Blove%40example.com", "ada+love@example.com")]
    [InlineData("%C3%A4%3F%23%25@example.com", "ä?#%@example.com")]
    [InlineData("a%2Fb%2fc@example.com", "a%2Fb%2fc@example.com")]
    public async Task A_value_of_a_route_is_decoded_but_for_its_slashes(string segment, string value)
    {
        await using var host = await StartAsync();

        Assert.Equal($"read {value}", await host.Client.GetStringAsync($"/api/things/{segment}", Cancel));
    }

    [Fact]
    public async Task An_empty_route_prefix_puts_functions_at_the_root()
    {
        await using var host = await StartAsync(settings: new HostSettings { RoutePrefix = "" });

        Assert.Equal("read 1", await host.Client.GetStringAsync("/things/1", Cancel));
    }

    [Theory]
    [InlineData("POST", "/api/things/1")]
    [InlineData("HEAD", "/api/things/1")]
    [InlineData("GET", "/api/things")]
    [InlineData("GET", "/things/1")]
    [InlineData("GET", "/")]
    [InlineData("POST", "/admin/functions/Nothing")]
    public async Task A_wrong_method_and_an_unknown_route_are_not_found_as_on_the_Functions_host(string method, string path)
    {
        await using var host = await StartAsync();

        using var answer = await host.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), Cancel);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Two_functions_share_a_route_by_their_methods()
    {
        await using var host = await StartAsync();

        using var put = await host.Client.PutAsync("/api/things/7", null, Cancel);

        Assert.Equal("wrote 7", await put.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task An_unhandled_exception_gives_500_without_a_body_and_is_logged()
    {
        await using var host = await StartAsync();

        using var answer = await host.Client.GetAsync("/api/fails", Cancel);

        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(1, host.Log.Count(1));
    }

    [Theory]
    [InlineData(null, null, HttpStatusCode.Unauthorized)]
    [InlineData(null, "wrong", HttpStatusCode.Unauthorized)]
    [InlineData("wrong", null, HttpStatusCode.Unauthorized)]
    [InlineData("", "", HttpStatusCode.Unauthorized)]
    [InlineData(Key, null, HttpStatusCode.OK)]
    [InlineData(null, Key, HttpStatusCode.OK)]
    public async Task A_function_of_level_Function_requires_the_configured_key_in_header_or_query(string? header, string? query, HttpStatusCode expected)
    {
        await using var host = await StartAsync(new LocalHostOptions { FunctionKey = Key });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/things/1" + (query is null ? "" : $"?code={query}"));
        if (header is not null)
            request.Headers.Add("x-functions-key", header);

        using var answer = await host.Client.SendAsync(request, Cancel);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task A_key_does_not_close_anonymous_functions()
    {
        await using var host = await StartAsync(new LocalHostOptions { FunctionKey = Key });

        Assert.Equal("open", await host.Client.GetStringAsync("/api/open", Cancel));
    }

    [Fact]
    public async Task A_key_in_a_query_is_in_no_log_line_whatever_the_log_levels()
    {
        await using var host = await StartAsync(
            new LocalHostOptions { FunctionKey = Key }, log => log.AddFilter("Microsoft.AspNetCore", LogLevel.Trace).AddFilter(null, LogLevel.Trace));

        using var answer = await host.Client.GetAsync($"/api/things/1?code={Key}", Cancel);
        using var failed = await host.Client.GetAsync($"/api/fails?code={Key}", Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(host.Log.All, line => line.Text.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.DoesNotContain(host.Log.All, line => line.Text.Contains(Key, StringComparison.Ordinal));
    }

    private static Task<RunningFunctions> StartAsync(LocalHostOptions? options = null, Action<ILoggingBuilder>? logging = null, HostSettings? settings = null) =>
        RunningFunctions.StartAsync([typeof(HttpTriggers)], services => services.AddLogging(logging ?? (_ => { })), settings, options);
}

// Triggers are instance methods.
#pragma warning disable CA1822

public sealed class HttpTriggers
{
    [Function("ReadThing")]
    public Task<IResult> ReadAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "things/{id}")] HttpRequest request, string id) =>
        Task.FromResult(Results.Text($"read {id}"));

    [Function("WriteThing")]
    public Task<IResult> WriteAsync([HttpTrigger(AuthorizationLevel.Function, "put", Route = "things/{id}")] HttpRequest request, string id) =>
        Task.FromResult(Results.Text($"wrote {id}"));

    [Function("Open")]
    public Task<IResult> OpenAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "open")] HttpRequest request) =>
        Task.FromResult(Results.Text("open"));

    [Function("Fails")]
    public async Task<IResult> FailAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "fails")] HttpRequest request)
    {
        await Task.Yield();
        throw new InvalidOperationException("a bug");
    }
}
