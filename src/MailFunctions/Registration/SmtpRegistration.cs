using MailFunctions.Smtp;
using MailFunctions.Smtp.Credentials;
using MailFunctions.Smtp.Rates;
using MailFunctions.Smtp.Relays;
using MailFunctions.Smtp.Sandbox;
using MailFunctions.Smtp.Signing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class SmtpRegistration
{
    public static void AddRelays(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<RelaysOptions>().Bind(configuration.GetSection(RelaysOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RelaysOptions>, RelaysValidator>();
        services.AddSingleton<TokenCredentialFactory>(TokenCredentials.Create);
        services.AddSingleton<RelayNotices>();
        services.AddSingleton<RelayRouter>();
        services.AddHostedService<RelayWarnings>();
        services.AddSingleton<RateTable>();
        services.AddSingleton<RelayRates>();
    }

    public static void AddSigning(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DkimOptions>().Bind(configuration.GetSection(DkimOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DkimOptions>, DkimOptionsValidator>();
        services.AddSingleton(provider => SigningDomains.Read(provider.GetRequiredService<IOptions<DkimOptions>>().Value));
        services.AddSingleton<KeyRotation>();
        services.AddSingleton<MessageSigner>();
    }

    public static void AddSandbox(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(SandboxOptions.Section);
        services.AddOptions<SandboxOptions>().Configure(options => SandboxOptions.Bind(section, options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SandboxOptions>>(new SandboxOptionsValidator(section));
        services.AddOptions<ReturnPathOptions>().Configure(options => ReturnPathOptions.Bind(configuration, options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReturnPathOptions>, ReturnPathOptionsValidator>();
        services.AddSingleton(provider => ReturnPaths.Read(provider.GetRequiredService<IOptions<ReturnPathOptions>>().Value));
        services.AddSingleton(SandboxTimes.Default);
        services.AddSingleton<SandboxRules>();
        services.AddSingleton<Simulator>();
    }
}
