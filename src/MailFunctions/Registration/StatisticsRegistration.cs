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
        services.AddSingleton(provider =>
        {
            var storage = provider.GetRequiredService<StorageClients>();
            var occupied = new OccupiedMinutes(storage.Table(StorageNames.EmailsTable), storage.Table(StorageNames.EventsTable));
            return new MinuteSource(
                provider.GetRequiredService<EventLog>().ReadMinuteAsync,
                provider.GetRequiredService<EmailLedger>().ReadMinuteAsync,
                occupied.FirstAsync);
        });
        services.AddStage<StatisticsCompiler>();
        services.AddSingleton<StatisticsHorizon>();
    }
}
