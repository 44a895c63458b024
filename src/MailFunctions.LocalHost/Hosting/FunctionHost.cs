using System.Net;
using MailFunctions.Http;
using MailFunctions.LocalHost.Children;
using MailFunctions.LocalHost.Queues;
using MailFunctions.LocalHost.Timers;

namespace MailFunctions.LocalHost.Hosting;

/// <summary>Hosts functions on ASP.NET Core: endpoints for HTTP, a hosted service for each queue and timer.</summary>
internal static class FunctionHost
{
    /// <summary>The limit of Azure; the intake has the smaller limit on an email's size.</summary>
    private const long MaxRequestBodySize = 100 * 1024 * 1024;

    /// <summary>Checks the port before anything is started.</summary>
    /// <exception cref="CannotStartException">The port of the HTTP endpoint is taken.</exception>
    public static async Task RequirePortAsync(LocalHostOptions options, CancellationToken cancellationToken)
    {
        var port = new Port("the functions' HTTP endpoint", options.Port, "LocalHost:Port (or --port)");
        if (options.Port != 0 && await port.IsListenedOnAsync(cancellationToken))
            throw port.Taken();
    }

    public static WebApplication Build(
        WebApplicationBuilder builder, IReadOnlyList<Function> functions, HostSettings settings, LocalHostOptions options)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxRequestBodySize;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        builder.Services.KeepRequestLinesOutOfLogs(LogLevel.None);
        // The category would print the stack trace of a failed start; the caller prints the failure in a sentence instead.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        builder.Services.AddRouting();
        builder.Services.AddSingleton<FunctionInvoker>();
        builder.Services.TryAddClock();
        builder.Services.Configure<HostOptions>(host =>
        {
            // All stop fetching and accepting at once; running functions are awaited together.
            host.ServicesStopConcurrently = true;
            host.ShutdownTimeout = options.DrainTimeout;
        });

        functions = [.. functions.Where(function => !function.IsDisabled(builder.Configuration))];
        foreach (var function in functions)
        {
            if (function.Trigger is FunctionTrigger.Queue queue)
                builder.Services.AddSingleton<IHostedService>(services => QueueListener.Create(services, function, queue, settings.Queues, options.QueueInvisibility));
            else if (function.Trigger is FunctionTrigger.Timer timer)
                builder.Services.AddSingleton<IHostedService>(services => TimerListener.Create(services, function, timer));
        }

        var app = builder.Build();
        var key = options.FunctionKey is { } text ? new FunctionKey(text) : null;
        app.Use(new BrowserGuard(options.AllowedPages).InvokeAsync);
        app.MapFunctions(functions, settings, key);
        app.MapTimerRuns(key);
        return app;
    }

    private static void TryAddClock(this IServiceCollection services)
    {
        if (services.All(service => service.ServiceType != typeof(TimeProvider)))
            services.AddSingleton(TimeProvider.System);
    }
}
