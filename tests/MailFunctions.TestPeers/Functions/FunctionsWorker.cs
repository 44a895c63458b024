using System.Globalization;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Functions.Rpc;

namespace MailFunctions.TestPeers.Functions;

/// <summary>One process of the published app, with its functions loaded.</summary>
internal sealed class FunctionsWorker : IAsyncDisposable
{
    private readonly AppProcess _process;
    private readonly WorkerLink _link;
    private readonly Dictionary<string, string> _ids;

    private FunctionsWorker(AppProcess process, WorkerLink link, Uri http, IReadOnlyList<RpcFunctionMetadata> functions)
    {
        _process = process;
        _link = link;
        Http = http;
        Functions = [.. functions.Select(HostedFunction.Of)];
        _ids = functions.ToDictionary(function => function.Name, function => function.FunctionId);
    }

    /// <summary>Where it takes HTTP requests: the capability HttpUri of the ASP.NET Core integration.</summary>
    public Uri Http { get; }

    public IReadOnlyList<HostedFunction> Functions { get; }

    /// <summary>Completes when it answers no more.</summary>
    public Task Gone => _link.Gone;

    public Task<int> Exited => _process.Exited;

    /// <summary>Starts the process by the Functions host's own arguments and variables, and loads every function that it tells of.</summary>
    /// <exception cref="InvalidOperationException">It ended, or refused; the message holds what it said.</exception>
    public static async Task<FunctionsWorker> StartAsync(FunctionsHostOptions options, WorkerLinks links, int port, CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString();
        var connecting = links.ExpectAsync(id);
        var process = AppProcess.Launch(new AppProcessOptions
        {
            Assembly = Path.Combine(options.Package, "MailFunctions.App.dll"),
            StorageConnectionString = options.StorageConnectionString,
            RelayUrl = options.RelayUrl,
            Arguments =
            [
                "--functions-uri", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"),
                "--functions-request-id", Guid.NewGuid().ToString(),
                "--functions-worker-id", id,
                "--functions-grpc-max-message-length", int.MaxValue.ToString(CultureInfo.InvariantCulture),
            ],
            Settings = new Dictionary<string, string>(options.Settings)
            {
                ["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated",
                ["FUNCTIONS_WORKER_DIRECTORY"] = options.Package,
                ["FUNCTIONS_APPLICATION_DIRECTORY"] = options.Package,
            },
        });
        try
        {
            if (await Task.WhenAny(connecting, process.Exited).WaitAsync(cancellationToken) != connecting)
                throw new InvalidOperationException($"The worker ended with exit code {await process.Exited}. It said:\n{string.Join('\n', process.Output)}");
            return await LoadAsync(process, await connecting, options.Package);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Never throws: a worker that goes away is an outcome.</summary>
    public async Task<Invocation> InvokeAsync(string function, InvocationRequest request)
    {
        try
        {
            request.FunctionId = _ids[function];
            request.TraceContext = new RpcTraceContext();
            var answer = (await _link.AskAsync(new StreamingMessage { InvocationRequest = request })).InvocationResponse;
            var outcome = answer.Result.Status switch
            {
                StatusResult.Types.Status.Success => InvocationOutcome.Succeeded,
                StatusResult.Types.Status.Cancelled => InvocationOutcome.Canceled,
                _ => InvocationOutcome.Failed,
            };
            return new Invocation(request.InvocationId, function, outcome, answer.Result.Exception?.Message);
        }
        catch (WorkerGoneException gone)
        {
            return new Invocation(request.InvocationId, function, InvocationOutcome.Lost, gone.Message);
        }
    }

    /// <summary>Asks that an invocation ends; whether it does is the function's.</summary>
    public void Cancel(string invocation)
    {
        try
        {
            _link.Tell(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocation } });
        }
        catch (WorkerGoneException)
        {
            // It has ended, then.
        }
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <returns>The exit code.</returns>
    public async Task<int> TerminateAsync()
    {
        _link.Tell(new StreamingMessage { WorkerTerminate = new WorkerTerminate() });
        return await _process.Exited;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<FunctionsWorker> LoadAsync(AppProcess process, WorkerLink link, string package)
    {
        var init = new WorkerInitRequest { HostVersion = "4.0.0", WorkerDirectory = package, FunctionAppDirectory = package };
        var ready = (await link.AskAsync(new StreamingMessage { WorkerInitRequest = init })).WorkerInitResponse;
        Require(ready.Result, "initialise");

        var ask = new FunctionsMetadataRequest { FunctionAppDirectory = package };
        var told = (await link.AskAsync(new StreamingMessage { FunctionsMetadataRequest = ask })).FunctionMetadataResponse;
        Require(told.Result, "tell its functions");

        foreach (var function in told.FunctionMetadataResults)
        {
            var load = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function };
            Require((await link.AskAsync(new StreamingMessage { FunctionLoadRequest = load })).FunctionLoadResponse.Result, $"load {function.Name}");
        }

        return new FunctionsWorker(process, link, new Uri(ready.Capabilities["HttpUri"]), told.FunctionMetadataResults);
    }

    private static void Require(StatusResult result, string what)
    {
        if (result.Status != StatusResult.Types.Status.Success)
            throw new InvalidOperationException($"The worker did not {what}: {result.Exception?.Message ?? result.Result}");
    }
}
