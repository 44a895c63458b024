using System.Net;
using System.Text.Json;
using Azure.Storage.Queues;
using MailFunctions.TestPeers.Functions.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.TestPeers.Functions;

/// <summary>
/// Stands in for the Functions host: starts a published app as its worker, loads its functions, forwards HTTP to it, hands
/// it queue messages, runs timers when it is told to, and starts it again when its process has ended.
/// </summary>
/// <remarks>
/// It has one instance, no keys, no schedules, no renewal of a message's lease and no telemetry of its own. Safe for any
/// number of threads.
/// </remarks>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly FunctionsHostOptions _options;
    private readonly HostRules _rules;
    private readonly WorkerLinks _links;
    private readonly WebApplication _grpc;
    private readonly List<Task> _running = [];
    private volatile TaskCompletionSource<FunctionsWorker> _worker = NewWorker();
    private HttpFrontEnd? _front;

    private FunctionsHost(FunctionsHostOptions options)
    {
        _options = options;
        var rules = HostRules.Read(options.Package);
        _rules = rules with { VisibilityTimeout = options.VisibilityTimeout ?? rules.VisibilityTimeout };
        _links = new WorkerLinks(line => Log.Append($"{line.Level} {line.Category}: {line.Message} {line.Exception?.Message}"));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRouting();
        builder.Services.AddGrpc(grpc => grpc.MaxReceiveMessageSize = null);
        builder.Services.AddSingleton(_links);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        _grpc = builder.Build();
        _grpc.UseRouting();
        _grpc.MapGrpcService<WorkerLinks>();
    }

    /// <summary>The root of the HTTP functions.</summary>
    public Uri Url => _front!.Url;

    /// <summary>What the worker told of itself.</summary>
    public IReadOnlyList<HostedFunction> Functions { get; private set; } = [];

    /// <summary>Every run that has ended, in the order of their ends.</summary>
    public Journal<Invocation> Invocations { get; } = new();

    /// <summary>Lines that the worker logged through the host.</summary>
    public Journal<string> Log { get; } = new();

    /// <summary>Starts the worker, and waits until its functions are loaded.</summary>
    /// <exception cref="InvalidOperationException">It ended, or refused; the message says why.</exception>
    public static async Task<FunctionsHost> StartAsync(FunctionsHostOptions options, CancellationToken cancellationToken)
    {
        var host = new FunctionsHost(options);
        try
        {
            await host._grpc.StartAsync(cancellationToken);
            host._running.Add(host.SuperviseAsync());
            var worker = await host.WorkerAsync(cancellationToken);
            host.Functions = worker.Functions;
            host._front = await HttpFrontEnd.StartAsync(host, worker.Functions, host._rules.RoutePrefix, cancellationToken);
            var queues = new QueueServiceClient(options.StorageConnectionString);
            host._running.AddRange(worker.Functions.Where(function => function.Queue is not null)
                .Select(function => new QueueTrigger(host, function, queues, host._rules).RunAsync(host._stopping.Token)));
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>One run of a timer's function, now.</summary>
    public async Task<Invocation> RunTimerAsync(string name, CancellationToken cancellationToken)
    {
        var function = Functions.Single(function => function.Name == name && function.Schedule is not null);
        var info = JsonSerializer.Serialize(new { Schedule = new { AdjustForDST = true }, ScheduleStatus = (object?)null, IsPastDue = false });
        var request = new InvocationRequest { InvocationId = Guid.NewGuid().ToString() };
        request.InputData.Add(new ParameterBinding { Name = function.Parameter, Data = new TypedData { Json = info } });
        return await InvokeAsync(await WorkerAsync(cancellationToken), function, request);
    }

    /// <summary>SIGKILL of the worker's process. The host starts another.</summary>
    public async Task KillWorkerAsync(CancellationToken cancellationToken) =>
        await (await WorkerAsync(cancellationToken)).KillAsync();

    /// <summary>Tells the worker to end, and starts no other.</summary>
    /// <returns>The exit code of its process.</returns>
    public async Task<int> StopAsync(CancellationToken cancellationToken)
    {
        var worker = await WorkerAsync(cancellationToken);
        await _stopping.CancelAsync();
        return await worker.TerminateAsync().WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_worker.Task.IsCompletedSuccessfully)
            await (await _worker.Task).DisposeAsync();
        await Task.WhenAll(_running).ContinueWith(_ => { }, TaskScheduler.Default);
        if (_front is not null)
            await _front.DisposeAsync();
        await _grpc.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>The worker, as soon as one is loaded.</summary>
    /// <exception cref="InvalidOperationException">It could not be started.</exception>
    internal Task<FunctionsWorker> WorkerAsync(CancellationToken cancellationToken) => _worker.Task.WaitAsync(cancellationToken);

    internal async Task<Invocation> InvokeAsync(FunctionsWorker worker, HostedFunction function, InvocationRequest request)
    {
        var ended = await worker.InvokeAsync(function.Name, request);
        Invocations.Append(ended);
        return ended;
    }

    private static TaskCompletionSource<FunctionsWorker> NewWorker() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task SuperviseAsync()
    {
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var worker = await FunctionsWorker.StartAsync(_options, _links, new Uri(_grpc.Urls.Single()).Port, _stopping.Token);
                _worker.TrySetResult(worker);
                if (!_stopping.IsCancellationRequested)
                {
                    await worker.Gone;
                    _worker = NewWorker();
                }

                // It may have ended its connection, and go on.
                await worker.DisposeAsync();
            }
        }
        catch (Exception exception)
        {
            _worker.TrySetException(exception);
        }
    }
}
