using MailFunctions.Suppression;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MailFunctions.Registration;

internal static class SuppressionRegistration
{
    public static void AddSuppressions(this IServiceCollection services, IConfiguration configuration)
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
        services.AddOptions<AutomaticSuppressionOptions>().Bind(configuration.GetSection(AutomaticSuppressionOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AutomaticSuppressionOptions>, AutomaticSuppressionOptionsValidator>();
        services.AddSingleton<FailureTable>();
        services.AddSingleton<FailureCounts>();
        services.AddSingleton<AutomaticSuppression>();
    }
}
