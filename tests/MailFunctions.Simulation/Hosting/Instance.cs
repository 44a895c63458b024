using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MailFunctions.Http;
using MailFunctions.Simulation.Outside;
using MailFunctions.Simulation.Scheduling;
using MailFunctions.Smtp.Wire;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using MailFunctions.TestPeers.Storage.Memory;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace MailFunctions.Simulation.Hosting;

/// <summary>One process of the app: its real composition, on simulated time, storage and network.</summary>
internal sealed class Instance
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["AzureWebJobsStorage"] = MemoryStorage.UnsignedConnectionString,
        ["MailFunctions:AllowedSenders"] = "*",
        ["MailFunctions:Relay:Url"] = "smtp://192.0.2.1:25?starttls=none",
        ["MailFunctions:Relay:Name"] = "relay",
        ["MailFunctions:Relay:LocalName"] = "app.example.com",
        // More than work at a time: waiting for a connection is the one wait that the app measures in real time.
        ["MailFunctions:Relay:MaxConnections"] = "400",
        // This relay would keep the circuit open most of the time.
        ["MailFunctions:Relay:BreakerFailures"] = "20",
        ["MailFunctions:Delivery:Transactional:First"] = "00:00:20",
        ["MailFunctions:Delivery:Transactional:Longest"] = "00:03:00",
        ["MailFunctions:Delivery:Bulk:First"] = "00:00:40",
        ["MailFunctions:Delivery:Bulk:Longest"] = "00:05:00",
    };

    private readonly ServiceProvider _services;

    /// <param name="perMinute">The relay's rate; null without a limit.</param>
    /// <param name="offset">By how much the machine's clock is ahead.</param>
    public Instance(World world, string name, TimeSpan offset, SimulatedStorage storage, SimulatedRelay relay, Func<int> storageFaults, int? perMinute = null)
    {
        Name = name;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Settings)
            .AddInMemoryCollection([new("MailFunctions:Relay:PerMinute", perMinute?.ToString(CultureInfo.InvariantCulture))]).Build();
        var clock = new SimulatedClock(world, Life, offset);
        var line = new StorageLine(world, Life, name, storage, storageFaults);
        var retry = new SimulatedRetry(clock, world.Chance);
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMailFunctions(configuration);
        services.Replace(ServiceDescriptor.Singleton(new StorageClock(clock)));
        services.Replace(ServiceDescriptor.Singleton(provider => new StorageClients(configuration, provider.GetRequiredService<StorageClock>(), options =>
        {
            options.Transport = line;
            options.RetryPolicy = retry;
            // Its timers are real; the line gives up in simulated time.
            options.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
            // Nobody listens.
            options.Diagnostics.IsLoggingEnabled = options.Diagnostics.IsDistributedTracingEnabled = options.Diagnostics.IsTelemetryEnabled = false;
        })));
        services.AddSingleton(provider => new AddressDialer(provider.GetRequiredService<TimeProvider>()) { Dial = (_, _, token) => relay.DialAsync(Life, token) });
        services.AddSingleton<IConfiguration>(configuration);
        _services = services.BuildServiceProvider();
    }

    public string Name { get; }

    public Life Life { get; } = new();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Kills the process: whatever it waits for never comes.</summary>
    public void Kill()
    {
        Life.End();
        // Both are in lists of the runtime, which would keep all that belongs to them.
        Get<IMeterFactory>().Dispose();
        Get<MailTraces>().Dispose();
    }

    /// <summary>Answers a call as the HTTP edge would.</summary>
    public async Task<(int Status, JsonElement Body)> CallAsync(string method, string path, Func<HttpRequest, Task<IResult>> answer, string? json = null, string? idempotencyKey = null, string? prefer = null)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Method = method;
        context.Request.Path = path.Split('?')[0];
        context.Request.QueryString = new QueryString(path.Contains('?', StringComparison.Ordinal) ? path[path.IndexOf('?', StringComparison.Ordinal)..] : "");
        var body = Encoding.UTF8.GetBytes(json ?? "");
        if (json is not null)
            context.Request.ContentType = "application/json";
        if (idempotencyKey is not null)
            context.Request.Headers["Idempotency-Key"] = idempotencyKey;
        if (prefer is not null)
            context.Request.Headers["Prefer"] = prefer;
        context.Request.ContentLength = body.Length;
        context.Request.Body = new MemoryStream(body);
        var written = new MemoryStream();
        context.Response.Body = written;
        var result = await Get<HttpEdge>().RunWithQueryAsync(context.Request, () => answer(context.Request), CancellationToken.None);
        await result.ExecuteAsync(context);
        return (context.Response.StatusCode, written.Length == 0 ? default : JsonDocument.Parse(written.ToArray()).RootElement);
    }
}
