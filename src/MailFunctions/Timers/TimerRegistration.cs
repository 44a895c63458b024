using MailFunctions.Retention;
using MailFunctions.Schedule;
using MailFunctions.Statistics;
using MailFunctions.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Timers;

internal static class TimerRegistration
{
    public static void AddTimers(this IServiceCollection services)
    {
        services.AddSingleton(provider => new TimerRunner(
            new Dictionary<string, TimerRun>
            {
                [TimerNames.CompileStatistics] = provider.GetRequiredService<StatisticsCompiler>().ReportAsync,
                [TimerNames.Dispatch] = provider.GetRequiredService<ScheduleTimer>().ReportAsync,
                [TimerNames.PurgeExpired] = provider.GetRequiredService<RetentionTimer>().ReportAsync,
            },
            provider.GetService<TelemetryFlush>()));
        services.AddSingleton(provider => new TimerCalls(
            provider.GetRequiredService<TimerRunner>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<TimerCalls>>()));
    }
}
