using MailFunctions.Ledger;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class StatisticsRegistration
{
    public static void AddStatistics(this IServiceCollection services)
    {
        services.AddSingleton(provider => new StatisticsTable(provider.GetRequiredService<StorageClients>().Table(StorageNames.StatisticsTable)));
        services.AddSingleton(provider => new MinuteSource(
            provider.GetRequiredService<EventLog>().ReadMinuteAsync,
            provider.GetRequiredService<EmailLedger>().ReadMinuteAsync,
            provider.GetRequiredService<OccupiedMinutes>().FirstAsync));
        services.AddStage<StatisticsCompiler>();
        services.AddSingleton<StatisticsHorizon>();
    }
}
