using MailFunctions.Keys;
using MailFunctions.Keys.Audit;
using MailFunctions.Keys.Callers;
using MailFunctions.Keys.Pauses;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class KeyRegistration
{
    public static void AddKeys(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CallerOptions>().Bind(configuration.GetSection(CallerOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CallerOptions>, CallerOptionsValidator>();
        services.AddSingleton<ApiKeyTable>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<FunctionKeys>();
        services.AddSingleton<LastUse>();
        services.AddStage<ApiKeyAdministration>();
        services.AddSingleton<Authenticator>();
        services.AddStage<CallEdge>();
    }

    public static void AddFirstKey(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<FirstKeyOptions>().Configure(options => options.FirstKey = configuration[FirstKey.Setting]).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FirstKeyOptions>, FirstKeyOptionsValidator>();
        services.AddSingleton<FirstKeySetup>();
        services.AddHostedService(provider => provider.GetRequiredService<FirstKeySetup>());
    }

    public static void AddAudit(this IServiceCollection services)
    {
        services.AddSingleton<AuditTable>();
        services.AddSingleton<AuditPages>();
        services.AddSingleton<RefusedTries>();
        services.AddSingleton<AuditTrail>();
    }

    public static void AddPauses(this IServiceCollection services)
    {
        services.AddSingleton<PauseTable>();
        services.AddSingleton<PauseList>();
    }
}
