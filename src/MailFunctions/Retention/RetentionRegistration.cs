using MailFunctions.Statistics;
using MailFunctions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MailFunctions.Retention;

internal static class RetentionRegistration
{
    public static void AddRetention(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RetentionOptions>().Bind(configuration.GetSection(RetentionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        services.AddSingleton<ContentPurge>();
        services.AddSingleton<MinutePurge>();
        services.AddSingleton<PurgeBound>();
        services.AddSingleton<StatisticsPurge>();
        services.AddSingleton<ExpiredRows>();
        services.AddSingleton<Leftovers>();
        services.AddSingleton(provider => new MailPurge(
            provider.GetRequiredService<MinutePurge>(),
            new OccupiedMinutes(provider.GetRequiredService<StorageClients>().Table(StorageNames.EmailsTable)),
            new Revisits(provider.GetRequiredService<StorageClients>().Table(StorageNames.ProgressTable)),
            provider.GetRequiredService<Watermarks>(),
            provider.GetRequiredService<PurgeBound>(),
            provider.GetRequiredService<IOptions<RetentionOptions>>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MailPurge>>()));
        services.AddSingleton(provider => new RetentionTimer(
            provider.GetRequiredService<Watermarks>(),
            provider.GetRequiredService<MailPurge>(),
            provider.GetRequiredService<StatisticsPurge>(),
            provider.GetRequiredService<ExpiredRows>(),
            provider.GetRequiredService<Leftovers>()));
    }
}
