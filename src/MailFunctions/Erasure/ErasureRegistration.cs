using MailFunctions.Reading;
using MailFunctions.Statistics;
using MailFunctions.Storage;
using MailFunctions.Suppression;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Erasure;

internal static class ErasureRegistration
{
    public static void AddErasure(this IServiceCollection services)
    {
        services.AddSingleton<MailEraser>();
        services.AddSingleton(provider => new RecipientEraser(
            provider.GetRequiredService<LedgerWalk>(),
            new OccupiedMinutes(provider.GetRequiredService<StorageClients>().Table(StorageNames.EmailsTable)),
            provider.GetRequiredService<MailEraser>(),
            provider.GetRequiredService<SuppressionTable>(),
            provider.GetRequiredService<SuppressionBook>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<RecipientEraser>>()));
    }
}
