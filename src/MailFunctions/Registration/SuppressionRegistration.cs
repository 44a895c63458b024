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
        services.AddSingleton<SuppressionWriter>();
        services.AddSingleton<Unsubscriptions>();
        services.AddSingleton<SuppressionLoader>();
        services.AddSingleton(SuppressionBounds.Default);
        services.AddSingleton<SuppressionCapacity>();
        services.AddSingleton<SuppressionList>();
    }
}
