using MailFunctions.Http;
using MailFunctions.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MailFunctions.Resend;

internal static class ResendRegistration
{
    public static IServiceCollection AddResendDoor(this IServiceCollection services)
    {
        services.AddSingleton<ApiKeyTable>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<ResendParts>();
        services.AddSingleton(provider => new ResendDoor(
            provider.GetRequiredService<ApiKeys>(),
            provider.GetRequiredService<HttpEdge>(),
            provider.GetRequiredService<ResendParts>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ResendDoor>>()));
        return services;
    }
}
