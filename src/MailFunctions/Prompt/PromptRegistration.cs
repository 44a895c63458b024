using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Prompt;

internal static class PromptRegistration
{
    public static IServiceCollection AddPromptDelivery(this IServiceCollection services)
    {
        services.AddSingleton<PromptDelivery>();
        services.AddHostedService(provider => provider.GetRequiredService<PromptDelivery>());
        services.AddSingleton<PromptAnswers>();
        return services;
    }
}
