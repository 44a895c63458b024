using MailFunctions.Domains;
using MailFunctions.Domains.Watch;
using MailFunctions.Intake;
using MailFunctions.Mail;
using MailFunctions.Smtp;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Signing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class DomainRegistration
{
    public static void AddDomains(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => SendersOf(provider, configuration.GetSection(RelaysOptions.Section)));
        services.AddSingleton<DomainChecker>();
        services.AddSingleton<KeptChecks>();
        services.AddSingleton<SenderWatch>();
    }

    // Read by itself, and not taken from the router, which needs storage. Wrong settings stop the start before.
    private static Senders SendersOf(IServiceProvider provider, IConfigurationSection section)
    {
        var entries = provider.GetRequiredService<IOptions<IntakeOptions>>().Value.AllowedSenders;
        if (!AddressList.TryParse(entries, out var allowed, out var faults))
            throw new OptionsValidationException(nameof(IntakeOptions), typeof(IntakeOptions), faults);
        var relays = new RelaysOptions();
        section.Bind(relays);
        return new Senders(allowed, provider.GetRequiredService<SigningDomains>(), provider.GetRequiredService<ReturnPaths>(), RelayList.Read(relays, []));
    }
}
