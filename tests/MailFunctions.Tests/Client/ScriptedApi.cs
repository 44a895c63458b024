using System.Collections.Concurrent;
using MailFunctions.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MailFunctions.Tests.Client;

/// <summary>An HTTP server on loopback that reads each request to its end, and then answers, or fails, as told.</summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    public const string Accepted =
        """{"id":"01a207c4-6712-7000-9c40-f48fcae410f2","status":"queued","lane":"transactional","accepted_at":"2026-11-23T09:37:21.682+00:00","expires_at":"2026-11-24T09:37:21.682+00:00","recipients":1}""";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _requests = new();
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _answers;

    private ScriptedApi(WebApplication app, IEnumerable<Func<HttpContext, Task>> answers) => (_app, _answers) = (app, new(answers));

    public Uri Address => new(_app.Urls.Single() + "/api");

    public IReadOnlyList<SeenRequest> Requests => [.. _requests];

    /// <param name="answers">One for each request; the last stays for all that follow.</param>
    public static async Task<ScriptedApi> StartAsync(params IEnumerable<Func<HttpContext, Task>> answers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var api = new ScriptedApi(builder.Build(), answers);
        api._app.Run(api.HandleAsync);
        await api._app.StartAsync(TestContext.Current.CancellationToken);
        return api;
    }

    /// <summary>Lets time pass on the client's clock, as long as its call takes, but not before the requests have come that are to be timed out.</summary>
    public async Task PassTimeAsync(FakeTimeProvider clock, int requests, Task call)
    {
        while (!call.IsCompleted)
        {
            if (Requests.Count >= requests)
                clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TestContext.Current.CancellationToken);
        }

        await call;
    }

    public MailFunctionsClient Client(Action<MailFunctionsClientOptions>? configure = null, TimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        if (clock is not null)
            services.AddSingleton(clock);
        services.AddMailFunctionsClient(options =>
        {
            options.BaseAddress = Address;
            configure?.Invoke(options);
        });
        return services.BuildServiceProvider().GetRequiredService<MailFunctionsClient>();
    }

    public static Func<HttpContext, Task> Answer(int status, string body = "", params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Response.WriteAsync(body);
    };

    public static Func<HttpContext, Task> Refuse(int status, string name, params (string Name, string Value)[] headers) =>
        Answer(status, $$"""{"type":"urn:mailfunctions:problem:{{name}}","title":"No.","status":{{status}},"name":"{{name}}"}""", headers);

    /// <summary>The connection ends without a word.</summary>
    public static Task Drop(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    /// <summary>No word until the caller hangs up.</summary>
    public static async Task Stall(HttpContext context)
    {
        var hungUp = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(hungUp.SetResult);
        await hungUp.Task;
    }

    /// <summary>The connection ends in the middle of the answer.</summary>
    public static async Task BreakOff(HttpContext context)
    {
        context.Response.ContentLength = Accepted.Length;
        await context.Response.WriteAsync(Accepted[..10]);
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        _requests.Enqueue(new SeenRequest(
            $"{context.Request.Method} {context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget}", body, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            Query = context.Request.Query,
        });
        if (_answers.Count > 1 && _answers.TryDequeue(out var answer) || _answers.TryPeek(out answer))
            await answer(context);
    }
}

/// <param name="Line">The method, and the target as it was sent.</param>
internal sealed record SeenRequest(string Line, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public IQueryCollection Query { get; init; } = QueryCollection.Empty;

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
