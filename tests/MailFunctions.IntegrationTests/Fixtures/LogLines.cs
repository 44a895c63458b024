using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace MailFunctions.IntegrationTests.Fixtures;

/// <summary>Keeps what is logged, at every level that the filters let through.</summary>
public sealed class LogLines : ILoggerProvider
{
    private readonly ConcurrentQueue<(EventId Id, string Text, LogLevel Level)> _lines = new();

    public IReadOnlyCollection<(EventId Id, string Text, LogLevel Level)> All => _lines;

    /// <summary>Lines of ours; the framework numbers its own events.</summary>
    public int Count(int eventId) => _lines.Count(line => line.Id.Id == eventId && line.Text.StartsWith("MailFunctions.", StringComparison.Ordinal));

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<(EventId Id, string Text, LogLevel Level)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId, $"{category} {formatter(state, exception)} {exception}", logLevel));
    }
}
