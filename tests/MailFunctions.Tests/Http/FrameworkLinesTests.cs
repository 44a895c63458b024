using MailFunctions.TestPeers.App;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Tests.Http;

/// <summary>Which of ASP.NET Core's lines are logged by an app that has this pipeline, whatever its host configures.</summary>
public sealed class FrameworkLinesTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData("Logging:LogLevel:Default", "Trace", false)]
    [InlineData("Logging:LogLevel:Microsoft", "Information", true)]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore", "Information", true)]
    [InlineData("Logging:LogLevel:Microsoft.AspNetCore", "Error", false)]
    public void Framework_lines_are_logged_from_Warning_unless_a_level_is_configured(string? setting, string? level, bool areLogged)
    {
        var configuration = TestSettings.Configuration(setting is null ? [] : [(setting, level)]);
        using var provider = new ServiceCollection()
            .AddLogging(logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddProvider(new Taking()))
            .AddMailFunctions(configuration)
            .BuildServiceProvider();
        var logs = provider.GetRequiredService<ILoggerFactory>();

        Assert.Equal(areLogged, logs.CreateLogger("Microsoft.AspNetCore.Routing.EndpointMiddleware").IsEnabled(LogLevel.Information));
        Assert.Equal(level != "Error", logs.CreateLogger("Microsoft.AspNetCore.Routing.EndpointMiddleware").IsEnabled(LogLevel.Warning));
        Assert.True(logs.CreateLogger("MailFunctions.Api.Emails.EmailIntake").IsEnabled(LogLevel.Information));
    }

    private sealed class Taking : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
