using MailFunctions.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions;

public static class ServiceRegistration
{
    /// <summary>
    /// Registers the whole pipeline. Options are read from <paramref name="configuration"/> and validated when the host
    /// starts: a bad value stops the start with its name and what it takes.
    /// </summary>
    public static IServiceCollection AddMailFunctions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddTelemetry();
        services.AddStorage(configuration);
        services.AddLedger(configuration);
        services.AddQueues();
        services.AddHttp();
        services.AddDns(configuration);
        services.AddKeys(configuration);
        services.AddFirstKey(configuration);
        services.AddAudit();
        services.AddPauses();
        services.AddQuotas(configuration);
        services.AddTemplates();
        services.AddSuppressions(configuration);
        services.AddUnsubscription(configuration);
        services.AddIntake(configuration);
        services.AddRelays(configuration);
        services.AddSigning(configuration);
        services.AddSandbox(configuration);
        services.AddDelivery(configuration);
        services.AddDomains(configuration);
        services.AddStatistics();
        services.AddRecovery();
        services.AddRetention(configuration);
        services.AddErasure();
        services.AddTimers();
        services.AddApi();
        return services;
    }
}
