using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace MailFunctions.TestPeers.Storage;

/// <summary>
/// Stands between a client and a storage on 127.0.0.1, passes everything on unchanged, and does to single requests what
/// networks do: loses answers, refuses, holds. It counts what it sees.
/// </summary>
/// <remarks>
/// Shared keys sign the path and not the host, so the same signature is good on both sides. Safe for any number of threads;
/// the fault function runs on the requests' own.
/// </remarks>
public sealed class StorageProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _releasedAlone = new();
    private readonly Dictionary<int, StorageService> _services = [];
    private readonly StorageAccount _backend;
    private readonly StorageForwarder _forwarder;
    private readonly WebApplication _app;
    private TaskCompletionSource _released = NewSignal();
    private volatile Func<StorageRequest, StorageFault> _faults = _ => StorageFault.None;
    private volatile bool _isOutage;
    private int _requests;
    private int _writes;

    private StorageProxy(StorageAccount backend)
    {
        _backend = backend;
        _forwarder = new StorageForwarder(backend);
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

    /// <summary>What a client uses in place of the storage behind.</summary>
    public string ConnectionString { get; private set; } = "";

    /// <summary>Decides what becomes of each request. It can be changed at any time, for what comes after.</summary>
    public Func<StorageRequest, StorageFault> Faults
    {
        get => _faults;
        set => _faults = value;
    }

    /// <summary>While true every request is refused.</summary>
    public bool Outage
    {
        get => _isOutage;
        set => _isOutage = value;
    }

    /// <summary>Everything that arrived, faults or not.</summary>
    public Journal<StorageRequest> Requests { get; } = new();

    /// <summary>What storage performed and answered, in the order of its answers.</summary>
    public Journal<StorageAnswer> Answers { get; } = new();

    /// <summary>Requests in the moment they were held: before storage saw them, or after it performed them.</summary>
    public Journal<StorageRequest> Held { get; } = new();

    /// <summary>Held requests whose client went before they were released.</summary>
    public Journal<StorageRequest> Abandoned { get; } = new();

    /// <summary>The <see cref="StorageRequest.Operation"/> of each write that succeeded, in order.</summary>
    public IReadOnlyList<string> Writes =>
        [.. Answers.Where(answer => answer.Request.IsWrite && answer.IsSuccess).Select(answer => answer.Request.Operation)];

    public static async Task<StorageProxy> StartAsync(string connectionString, CancellationToken cancellationToken)
    {
        var proxy = new StorageProxy(StorageAccount.Parse(connectionString));
        await proxy.ListenAsync(cancellationToken);
        return proxy;
    }

    /// <summary>How many such requests have arrived.</summary>
    public int Count(StorageService service, string method, string name) =>
        Requests.Count(request => request.Service == service && request.Method == method && request.Name == name);

    /// <summary>Lets go of everything that is held now; what comes later is held anew.</summary>
    public void Release() => Interlocked.Exchange(ref _released, NewSignal()).TrySetResult();

    /// <summary>Lets go of one request, now or as soon as it is held.</summary>
    public void Release(StorageRequest request) => ReleaseOf(request).TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _forwarder.Dispose();
        _stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource ReleaseOf(StorageRequest request) => _releasedAlone.GetOrAdd(request.Number, _ => NewSignal());

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        var ports = _app.Urls.Select(address => new Uri(address).Port).ToArray();
        var services = Enum.GetValues<StorageService>();
        for (var i = 0; i < services.Length; i++)
            _services[ports[i]] = services[i];
        ConnectionString = (_backend with
        {
            Endpoints = _services.ToDictionary(entry => entry.Value, entry => new Uri($"http://127.0.0.1:{entry.Key}/{_backend.Name}")),
        }).ToString();
    }

    private async Task HandleAsync(HttpContext context)
    {
        try
        {
            var service = _services[context.Connection.LocalPort];
            var body = await StorageBody.ReadAsync(context.Request, _stopping.Token);
            var request = Describe(context, service, body);
            Requests.Append(request);
            var fault = _isOutage ? StorageFault.Refuse : _faults(request);

            if (fault.AnswersFirst)
            {
                await StorageError.WriteAsync(context.Response, service, fault.Error!.Value);
                await context.Response.CompleteAsync();
            }

            if (fault.HoldsBefore)
                await HoldAsync(request, fault.AnswersFirst ? CancellationToken.None : context.RequestAborted);
            using var answer = fault.Performs ? await PerformAsync(context, request, body) : null;
            if (fault.AnswerLimit is { } octets)
            {
                await answer!.CopyToAsync(context.Response, octets, fault.HoldsAfter ? () => HoldAsync(request, context.RequestAborted) : null);
                return;
            }

            if (fault.HoldsAfter)
                await HoldAsync(request, context.RequestAborted);

            if (fault.AnswersFirst)
                return;
            if (fault.Drops)
                context.Abort();
            else if (fault.Error is { } status)
                await StorageError.WriteAsync(context.Response, service, status);
            else
                await answer!.CopyToAsync(context.Response);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or HttpRequestException or BadHttpRequestException)
        {
            // One of the two sides has gone: the other is told in the same way.
            context.Abort();
        }
    }

    private async Task<ForwardedAnswer> PerformAsync(HttpContext context, StorageRequest request, StorageBody body)
    {
        // Not cancelled when the client goes: what was sent to storage is performed, as on a network.
        var answer = await _forwarder.SendAsync(context.Request, request.Service, body, buffers: request.Verb == "batch", _stopping.Token);
        Answers.Append(new StorageAnswer(request, answer.Text is { } text ? StorageClassifier.TransactionStatus(text) : answer.Status));
        return answer;
    }

    private async Task HoldAsync(StorageRequest request, CancellationToken clientGone)
    {
        var released = Task.WhenAny(Volatile.Read(ref _released).Task, ReleaseOf(request).Task);
        Held.Append(request);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(clientGone, _stopping.Token);
        try
        {
            await released.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            Abandoned.Append(request);
            throw;
        }
    }

    private StorageRequest Describe(HttpContext context, StorageService service, StorageBody body)
    {
        // As of Azurite, every path begins with the account's name.
        var path = context.Request.Path.Value!.TrimStart('/');
        path = path.Length > _backend.Name.Length ? path[(_backend.Name.Length + 1)..] : "";
        var query = context.Request.QueryString.Value ?? "";
        var method = context.Request.Method;
        var (name, verb) = StorageClassifier.Classify(service, method, path, query, context.Request.Headers.ContainsKey("If-Match"), body.Text);
        var parts = verb == "batch" ? StorageClassifier.Parts(Encoding.UTF8.GetString(body.Octets ?? []), _backend.Name) : [];
        if (parts.Count > 0)
            name = parts[0].Name;
        var isWrite = StorageClassifier.IsWrite(method);
        return new StorageRequest
        {
            Number = Interlocked.Increment(ref _requests),
            WriteNumber = isWrite ? Interlocked.Increment(ref _writes) : 0,
            Seen = _seen.AddOrUpdate($"{service}:{name} {verb}", 1, (_, count) => count + 1),
            Service = service,
            Method = method,
            Path = path,
            Query = query,
            Name = name,
            Verb = verb,
            IsWrite = isWrite,
            Body = body.Text,
            Parts = [.. parts.Select(part => part.Verb)],
        };
    }
}
