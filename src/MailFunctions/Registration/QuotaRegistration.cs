using MailFunctions.Keys.Quotas;
using MailFunctions.Mail;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class QuotaRegistration
{
    public static void AddQuotas(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(QuotaOptions.Section);
        services.AddOptions<QuotaOptions>().Configure(options => Bind(section, options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<QuotaOptions>, QuotaOptionsValidator>();
        services.AddSingleton(provider => new QuotaPolicy(provider.GetRequiredService<IOptions<QuotaOptions>>().Value));
        services.AddSingleton<QuotaTable>();
        services.AddSingleton<QuotaGate>();
        services.AddSingleton<VolumeTable>();
        services.AddSingleton<VolumePause>();
        services.AddSingleton<VolumeWatch>();
        services.AddHostedService<QuotaUpkeep>();
    }

    private static void Bind(IConfigurationSection section, QuotaOptions options)
    {
        section.Bind(options);
        options.SenderDomains.Clear();
        foreach (var entry in AddressList.EntriesOf(section.GetSection(nameof(QuotaOptions.SenderDomains))))
            options.SenderDomains.Add(entry);
    }
}
