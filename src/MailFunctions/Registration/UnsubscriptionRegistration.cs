using MailFunctions.Unsubscription;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class UnsubscriptionRegistration
{
    public static void AddUnsubscription(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<PublicUrlOptions>().Configure(options => options.PublicUrl = configuration[PublicUrlOptions.Setting]).ValidateOnStart();
        services.AddSingleton<IValidateOptions<PublicUrlOptions>, PublicUrlOptionsValidator>();
        services.AddOptions<UnsubscribeOptions>().Bind(configuration.GetSection(UnsubscribeOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<UnsubscribeOptions>, UnsubscribeOptionsValidator>();
        services.AddSingleton<UnsubscribeKeyTable>();
        services.AddSingleton<UnsubscribeKeys>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddSingleton<Unsubscriber>();
        services.AddSingleton<UnsubscribePage>();
        services.AddStage<UnsubscribeCalls>();
    }
}
