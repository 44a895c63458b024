using MailFunctions.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace MailFunctions.Registration;

internal static class TelemetryRegistration
{
    /// <summary>Registers the meters and traces. They cost next to nothing until an exporter listens.</summary>
    public static void AddTelemetry(this IServiceCollection services)
    {
        services.AddMetrics();
        services.AddSingleton<MailTraces>();
        services.AddSingleton<MailMeters>();
        services.AddSingleton<SmtpTelemetry>();
        services.AddSingleton<Consumption>();
        services.AddSingleton<Levels>();
    }
}
