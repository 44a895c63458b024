using System.Diagnostics;
using System.Globalization;
using MailFunctions.LocalHost.Children;
using MailFunctions.TestPeers.Smtp;

namespace MailFunctions.Benchmarks.Whole;

/// <summary>fastify, BullMQ and nodemailer, the API and the worker each a process of its own, on Redis.</summary>
internal sealed class NodeStack : IStack
{
    public const string Title = "BullMQ, nodemailer, Redis";

    private readonly RedisServer _redis;
    private readonly SmtpSink _sink = new();
    private readonly List<Process> _processes = [];
    private HttpClient? _client;

    private NodeStack(RedisServer redis) => _redis = redis;

    public string Name => Title;

    public HttpClient Client => _client ?? throw new InvalidOperationException("It has not started.");

    public (TimeSpan App, TimeSpan Storage) Cpu => (_processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + process.Cpu()), _redis.Process.Cpu());

    public long Memory => _processes.Sum(process => process.Memory());

    public long Arrived => _sink.Mails;

    public static async Task<NodeStack> StartAsync(CancellationToken cancellationToken)
    {
        var modules = await NodePackages.EnsureAsync(cancellationToken);
        var stack = new NodeStack(await RedisServer.StartAsync(cancellationToken));
        try
        {
            await stack.StartAsync(modules, "worker.cjs", [stack._redis.Port, stack._sink.Port, FunctionsStack.Connections], cancellationToken);
            var address = await stack.StartAsync(modules, "api.cjs", [stack._redis.Port], cancellationToken);
            stack._client = new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromMinutes(5) };
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    public Task<long> ReachAsync(long mails, CancellationToken cancellationToken) => _sink.ReachAsync(mails).WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        await _redis.DisposeAsync();
        await _sink.DisposeAsync();
    }

    /// <returns>The first line it says, when it is ready.</returns>
    private async Task<string> StartAsync(string modules, string script, int[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(NodeRuntime.Executable, [Path.Combine(NodePackages.Scripts, script), .. arguments.Select(number => number.ToString(CultureInfo.InvariantCulture))])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            CreateNoWindow = true,
        };
        start.Environment["NODE_PATH"] = modules;
        start.Environment["NODE_ENV"] = "production";
        var process = Process.Start(start)!;
        _processes.Add(process);
        return await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new InvalidOperationException($"{script} ended before it was ready; what it said stands above.");
    }
}
