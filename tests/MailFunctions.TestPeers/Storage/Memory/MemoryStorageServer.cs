using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>
/// Serves accounts in memory over HTTP, on a port for each service and with paths that begin with the account's name, as
/// Azurite does. An account exists from its first request on.
/// </summary>
public sealed class MemoryStorageServer : IAsyncDisposable
{
    /// <summary>The key is only for the form: no signature is checked.</summary>
    private const string Key = "bWVtb3J5";

    private readonly ConcurrentDictionary<string, MemoryStorage> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, StorageService> _services = [];
    private readonly TimeProvider _clock;
    private readonly WebApplication _app;

    private MemoryStorageServer(TimeProvider clock)
    {
        _clock = clock;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            foreach (var _ in Enum.GetValues<StorageService>())
                kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <param name="clock">The time of all accounts.</param>
    public static async Task<MemoryStorageServer> StartAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        var server = new MemoryStorageServer(clock);
        await server._app.StartAsync(cancellationToken);
        var ports = server._app.Urls.Select(address => new Uri(address).Port);
        foreach (var (port, service) in ports.Zip(Enum.GetValues<StorageService>()))
            server._services[port] = service;
        return server;
    }

    /// <summary>Returns a connection string of the account.</summary>
    public string ConnectionString(string account) => new StorageAccount(
        account,
        Key,
        _services.ToDictionary(entry => entry.Value, entry => new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{entry.Key}/{account}")))).ToString();

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            var account = target.TrimStart('/').Split('/', '?')[0];
            var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
            var body = await ReadAsync(context.Request, context.RequestAborted);
            var call = StorageCall.Below(account, _services[context.Connection.LocalPort], context.Request.Method, target, headers, body);
            await WriteAsync(context.Response, _accounts.GetOrAdd(account, _ => new MemoryStorage(_clock)).Perform(call), context.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or BadHttpRequestException)
        {
            // The client has gone.
            context.Abort();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength == 0)
            return default;
        var read = new MemoryStream((int)(request.ContentLength ?? 0));
        await request.Body.CopyToAsync(read, cancellationToken);
        return read.GetBuffer().AsMemory(0, (int)read.Length);
    }

    private static async Task WriteAsync(HttpResponse response, StorageReply reply, CancellationToken cancellationToken)
    {
        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
            response.Headers[name] = value;
        if (reply.Status is StatusCodes.Status204NoContent || HttpMethods.IsHead(response.HttpContext.Request.Method))
            return;
        response.ContentLength = reply.Body.Length;
        await response.Body.WriteAsync(reply.Body, cancellationToken);
    }
}
