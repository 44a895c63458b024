using MailFunctions.Domains.Watch;
using MailFunctions.Maintenance.Erasure;
using MailFunctions.Maintenance.Recovery;
using MailFunctions.Maintenance.Retention;
using MailFunctions.Maintenance.Timers;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class MaintenanceRegistration
{
    public static void AddRecovery(this IServiceCollection services)
    {
        services.AddSingleton<StalledMailRecovery>();
        services.AddSingleton<OpenMailRecovery>();
        services.AddSingleton<DailyRecovery>();
        services.AddStage<ScheduleTimer>();
        services.AddSingleton<OldestUnattempted>();
        services.AddSingleton<LevelSurvey>();
    }

    public static void AddRetention(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddSingleton<ContentPurge>();
        services.AddSingleton<MinutePurge>();
        services.AddSingleton<PurgeBound>();
        services.AddSingleton<StatisticsPurge>();
        services.AddSingleton<ExpiredRows>();
        services.AddSingleton<OrphanedRows>();
        services.AddSingleton<AuditPurge>();
        services.AddSingleton(provider => new Revisits(provider.GetRequiredService<StorageClients>().Table(StorageNames.ProgressTable)));
        services.AddSingleton<MailPurge>();
        services.AddSingleton<QuotaSettlement>();
        services.AddStage<RetentionTimer>();
    }

    public static void AddErasure(this IServiceCollection services)
    {
        services.AddSingleton<MailEraser>();
        services.AddStage<RecipientEraser>();
    }

    public static void AddTimers(this IServiceCollection services)
    {
        services.AddSingleton(provider => new TimerRunner(
            new Dictionary<string, TimerRun>
            {
                [TimerNames.CheckSenderDomains] = provider.GetRequiredService<SenderWatch>().ReportAsync,
                [TimerNames.CompileStatistics] = provider.GetRequiredService<StatisticsCompiler>().ReportAsync,
                [TimerNames.Dispatch] = provider.GetRequiredService<ScheduleTimer>().ReportAsync,
                [TimerNames.PurgeExpired] = provider.GetRequiredService<RetentionTimer>().ReportAsync,
            },
            provider.GetService<TelemetryFlush>()));
    }
}
