using MailFunctions.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MailFunctions.Tests.Http;

public sealed class RequestLinesTests
{
    [Theory]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics")]
    [InlineData("Microsoft.AspNetCore.HostFiltering.HostFilteringMiddleware")]
    [InlineData("Microsoft.AspNetCore.Routing.Matching.DfaMatcher")]
    [InlineData("Microsoft.AspNetCore.Server.Kestrel.BadRequests")]
    public void No_configured_level_brings_the_addresses_of_requests_into_a_log(string source)
    {
        using var services = Build(logging => logging
            .SetMinimumLevel(LogLevel.Trace)
            .AddFilter(source, LogLevel.Trace)
            .AddFilter<Provider>(null, LogLevel.Trace)
            .AddFilter<Provider>(source, LogLevel.Trace));

        Assert.False(LoggerOf(services, source).IsEnabled(LogLevel.Information));
        Assert.True(LoggerOf(services, source).IsEnabled(LogLevel.Warning));
    }

    [Fact]
    public void Logs_of_other_categories_keep_their_level()
    {
        using var services = Build(logging => logging.AddFilter<Provider>(null, LogLevel.Debug));

        Assert.True(LoggerOf(services, "Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Debug));
        Assert.False(LoggerOf(services, "Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Trace));
    }

    private static ServiceProvider Build(Action<ILoggingBuilder> configure)
    {
        var services = new ServiceCollection();
        services.KeepRequestLinesOutOfLogs();
        services.AddLogging(logging => configure(logging.AddProvider(new Provider())));
        return services.BuildServiceProvider();
    }

    private static ILogger LoggerOf(IServiceProvider services, string category) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger(category);

    private sealed class Provider : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => new Everything();

        public void Dispose()
        {
        }

        private sealed class Everything : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => NullLogger.Instance.BeginScope(state);

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
            }
        }
    }
}
