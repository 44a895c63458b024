using System.Globalization;
using System.Text.RegularExpressions;
using MailFunctions.Exporters;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Hosting;
using MailFunctions.TestPeers;
using MailFunctions.TestPeers.App;
using MailFunctions.TestPeers.Network;
using MailFunctions.Triggers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.Crash;

/// <summary>
/// The local host with the real functions in this process, with a gate on each way out. To kill it all gates are cut: what
/// it does from then on reaches nobody, as if it had died at that moment.
/// </summary>
internal sealed partial class AppInProcess : IKillableApp
{
    private readonly List<TcpGate> _ways = [];
    private readonly WebApplication _app;
    private readonly Task _started;
    private TcpGate? _entrance;
    private Task? _ended;

    private AppInProcess(AppProcessOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.AddProvider(new OutputLog(Output)).SetMinimumLevel(LogLevel.Warning).AddFilter("MailFunctions", LogLevel.Information);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [TestSettings.Storage] = ThroughGates(options.StorageConnectionString),
            [TestSettings.Relay("Url")] = ThroughGates(options.RelayUrl),
            [TestSettings.AllowedSenders] = "*",
            [TestSettings.HttpInstances] = "1",
            ["LocalHost:Port"] = "0",
        });
        builder.Configuration.AddInMemoryCollection(options.Settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Services.AddMailFunctions(builder.Configuration);
        builder.Services.AddMailFunctionsTelemetry(builder.Configuration);
        var settings = HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json"));
        _app = FunctionHost.Build(builder, Function.Discover(typeof(SubmitEmail).Assembly.GetTypes()), settings, LocalHostOptions.Read(builder.Configuration));
        _started = _app.StartAsync();
    }

    public Journal<string> Output { get; } = new();

    /// <summary>Starts it and waits for nothing.</summary>
    public static AppInProcess Launch(AppProcessOptions options) => new(options);

    public async Task<Uri> FindUrlAsync(CancellationToken cancellationToken)
    {
        await _started.WaitAsync(cancellationToken);
        _entrance ??= new TcpGate(new Uri(_app.Urls.First()).Port);
        return new UriBuilder("http", "127.0.0.1", _entrance.Port).Uri;
    }

    public async Task KillAsync()
    {
        await Task.WhenAll(_ways.Append(_entrance).OfType<TcpGate>().Select(gate => gate.CutAsync()));
        _ended ??= EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_ended is not null)
            return;
        await EndAsync();
        foreach (var gate in _ways.Append(_entrance).OfType<TcpGate>())
            await gate.DisposeAsync();
    }

    /// <summary>Lets it stop. One that was killed does so without being awaited: it tries for a while to reach its storage.</summary>
    private async Task EndAsync()
    {
        try
        {
            await _started;
        }
        catch (Exception exception)
        {
            Output.Append($"It did not start: {exception.Message}");
        }

        try
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
        catch (Exception exception)
        {
            Output.Append($"It did not stop in order: {exception.Message}");
        }
    }

    /// <summary>Puts a gate before each port of 127.0.0.1 that the text names.</summary>
    private string ThroughGates(string text) => LoopbackPort().Replace(text, match =>
    {
        var gate = new TcpGate(int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture));
        _ways.Add(gate);
        return $"127.0.0.1:{gate.Port.ToString(CultureInfo.InvariantCulture)}";
    });

    [GeneratedRegex(@"127\.0\.0\.1:(?<port>\d+)")]
    private static partial Regex LoopbackPort();

    private sealed class OutputLog(Journal<string> output) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            output.Append($"{logLevel} {eventId.Id} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
