using MailFunctions.Suppression;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class SuppressionRegistration
{
    public static void AddSuppressions(this IServiceCollection services)
    {
        services.AddSingleton(SuppressionAges.Default);
        services.AddSingleton<SuppressionTable>();
        services.AddSingleton<SuppressionChanges>();
        services.AddSingleton<SuppressionBook>();
        services.AddSingleton(SuppressionBounds.Default);
        services.AddSingleton<SuppressionRoom>();
        services.AddSingleton<SuppressionList>();
    }
}
