using System.Net;
using MailFunctions.TestPeers.Functions.Rpc;
using MailFunctions.TestPeers.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.TestPeers.Functions;

/// <summary>
/// The HTTP functions under their routes. A call is an invocation over gRPC and at the same time a request that is
/// forwarded to the worker; the header x-ms-invocation-id says which belong together. No keys are asked for.
/// </summary>
internal sealed class HttpFrontEnd : IAsyncDisposable
{
    private const string InvocationHeader = "x-ms-invocation-id";

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ActivityHeadersPropagator = null });
    private readonly FunctionsHost _host;
    private readonly WebApplication _app;

    private HttpFrontEnd(FunctionsHost host, IEnumerable<HostedFunction> functions, string prefix)
    {
        _host = host;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.UseRouting();
        foreach (var function in functions.Where(function => function.Route is not null))
            _app.MapMethods($"/{prefix}/{function.Route}", function.Methods, context => HandleAsync(context, function));
        // The Functions host answers 404 to a method that no function has, too.
        _app.MapFallback("{**path}", context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    public Uri Url => new(_app.Urls.Single());

    public static async Task<HttpFrontEnd> StartAsync(FunctionsHost host, IEnumerable<HostedFunction> functions, string prefix, CancellationToken cancellationToken)
    {
        var front = new HttpFrontEnd(host, functions, prefix);
        await front._app.StartAsync(cancellationToken);
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task HandleAsync(HttpContext context, HostedFunction function)
    {
        var worker = await _host.WorkerAsync(context.RequestAborted);
        var request = Describe(context, function);
        var invocation = _host.InvokeAsync(worker, function, request);
        try
        {
            await ForwardAsync(context, new Uri(worker.Http, context.Request.GetEncodedPathAndQuery()), request.InvocationId);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            if (context.RequestAborted.IsCancellationRequested)
                worker.Cancel(request.InvocationId);
            else if (context.Response.HasStarted)
                context.Abort();
            else
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }

        await invocation;
    }

    private async Task ForwardAsync(HttpContext context, Uri target, string invocation)
    {
        var request = context.Request;
        using var forwarded = new HttpRequestMessage(new HttpMethod(request.Method), target);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            forwarded.Content = new StreamContent(request.Body);
        foreach (var header in request.Headers.Where(header => !StorageForwarder.IsOfOneHop(header.Key) && !header.Key.Equals(InvocationHeader, StringComparison.OrdinalIgnoreCase)))
        {
            if (!forwarded.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable()))
                forwarded.Content?.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }

        forwarded.Headers.Add(InvocationHeader, invocation);
        forwarded.Headers.Add("X-Forwarded-For", context.Connection.RemoteIpAddress!.ToString());
        forwarded.Headers.Add("X-Forwarded-Host", request.Host.Value);
        forwarded.Headers.Add("X-Forwarded-Proto", request.Scheme);
        using var answer = new ForwardedAnswer(await _client.SendAsync(forwarded, context.RequestAborted), text: null);
        await answer.CopyToAsync(context.Response);
    }

    private static InvocationRequest Describe(HttpContext context, HostedFunction function)
    {
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString() };
        var http = new RpcHttp { Method = context.Request.Method, Url = context.Request.GetEncodedUrl() };
        request.InputData.Add(new ParameterBinding { Name = function.Parameter, Data = new TypedData { Http = http } });
        foreach (var (name, value) in context.Request.RouteValues)
        {
            if (value is string text)
                request.TriggerMetadata[name] = new TypedData { String = text };
        }

        return request;
    }
}
