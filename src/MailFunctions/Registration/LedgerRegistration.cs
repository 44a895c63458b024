using MailFunctions.Ledger;
using MailFunctions.Ledger.Scans;
using MailFunctions.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class LedgerRegistration
{
    public static void AddLedger(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<EmailLedger>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<LedgerRange>();
        services.AddSingleton<LedgerPartition>();
        services.AddSingleton(provider => new OccupiedMinutes(
            provider.GetRequiredService<StorageClients>().Table(StorageNames.EmailsTable),
            provider.GetRequiredService<StorageClients>().Table(StorageNames.EventsTable)));
        services.AddSingleton<OpenPartitions>();
        services.AddSingleton<HeldIndex>();
        services.AddSingleton<HeldMails>();
        services.AddSingleton<BatchIndex>();
        services.AddOptions<AttachmentOptions>().Bind(configuration.GetSection(AttachmentOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AttachmentOptions>, AttachmentOptionsValidator>();
        services.AddSingleton<KeptBytes>();
        services.AddSingleton<ReferencedFiles>();
        services.AddSingleton<ContentBlobs>();
        services.AddSingleton<ContentStore>();
        services.AddSingleton<HeldList>();
        services.AddSingleton<LedgerScan>();
        services.AddSingleton<LedgerList>();
    }
}
