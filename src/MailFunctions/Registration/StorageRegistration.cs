using MailFunctions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class StorageRegistration
{
    public static void AddStorage(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>>(new StorageSettingValidator(configuration));
        services.AddSingleton(new StorageClock(TimeProvider.System));
        // All components share one clock, which follows that of the storage service.
        services.RemoveAll<TimeProvider>();
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<StorageClock>());
        services.AddSingleton(provider => new StorageClients(configuration, provider.GetRequiredService<StorageClock>()));
        services.AddHostedService<StorageSetup>();
        services.AddSingleton(provider => new Watermarks(provider.GetRequiredService<StorageClients>().Table(StorageNames.ProgressTable)));
        services.AddSingleton(provider => new DirtyMinutes(
            provider.GetRequiredService<StorageClients>().Table(StorageNames.ProgressTable),
            provider.GetRequiredService<TimeProvider>()));
    }
}
