using MailFunctions.IntegrationTests.Fixtures;
using MailFunctions.LocalHost;
using MailFunctions.LocalHost.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.LocalHost;

/// <summary>Trigger classes of a test on the local host, in this process and on a free port.</summary>
internal sealed class RunningFunctions : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningFunctions(WebApplication app, LogLines log)
    {
        _app = app;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Client { get; }

    public LogLines Log { get; }

    public static async Task<RunningFunctions> StartAsync(
        IReadOnlyList<Type> triggers,
        Action<IServiceCollection> services,
        HostSettings? settings = null,
        LocalHostOptions? options = null,
        IConfiguration? configuration = null)
    {
        var log = new LogLines();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        if (configuration is not null)
            builder.Configuration.AddConfiguration(configuration);
        services(builder.Services);
        var app = FunctionHost.Build(builder, Function.Discover(triggers), settings ?? new HostSettings(), (options ?? new LocalHostOptions()) with { Port = 0 });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RunningFunctions(app, log);
    }

    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
