using MailFunctions.Keys;
using MailFunctions.Keys.Callers;
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
}
